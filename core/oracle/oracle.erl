%% SPDX-License-Identifier: Apache-2.0
%%
%% oracle.erl - plays scripts on Erlang's gen_sctp.
%%
%% Reads one call a line from descriptor 3, makes it, and writes what came of it as one line to
%% descriptor 4. player.c is the same for libgen_sctp; README.md has the language. Numbers that no
%% two runs have in common are written with a mark in front, for the director to give them names:
%% #3 an association, @2006 a port, %3:17 a TSN of association 3.
-module(oracle).
-export([main/0]).
-include_lib("kernel/include/inet_sctp.hrl").

-define(SOON, 5000).     % what recv and connect wait when the script does not say
-define(FOR_EVER, 60000).

main() ->
    process_flag(trap_exit, true),
    Port = open_port({fd, 3, 4}, [binary, eof, {line, 1 bsl 20}]),
    loop(Port, #{}).

loop(Port, Names) ->
    receive
        {Port, {data, {eol, <<"reset">>}}} ->
            reset(Names),
            port_command(Port, "ok\n"),
            loop(Port, #{});
        {Port, {data, {eol, Line}}} ->
            {Name, Call} = parse(binary_to_list(Line)),
            {Answer, Thing} = make(Call, Names),
            port_command(Port, [Answer, $\n]),
            loop(Port, case Thing of none -> Names; _ -> Names#{Name => Thing} end);
        {Port, eof} -> halt(0);
        {'EXIT', Port, _} -> halt(0)
    end.

reset(Names) ->
    [case Thing of
         {call, Pid, _} -> exit(Pid, kill);
         {process, Pid} -> exit(Pid, kill);
         _ -> gen_sctp:close(Thing)
     end || Thing <- maps:values(Names)],
    flush().

%% Ports of closed sockets and killed processes may still say something.
flush() ->
    receive
        {'EXIT', Pid, _} when is_pid(Pid) -> flush();
        M when element(1, M) =:= sctp; element(1, M) =:= sctp_error;
               element(1, M) =:= sctp_passive; element(1, M) =:= done -> flush()
    after 0 -> ok
    end.

%%% ------------------------------------------------------------------------------------------------
%%% Calls: {what came of it, what the name in front of the call stands for from now on, or none}

make({call, F, Args}, Names) ->
    try call(F, Args, Names) of
        {_, _} = Both -> Both;
        Answer -> {Answer, none}
    catch
        error:badarg -> {"badarg", none};
        error:{badmatch, _} -> {"badmatch", none};
        error:Reason:Stack -> {crash(Reason, hd(Stack)), none}
    end;
make(Other, _) ->
    {io_lib:format("no call: ~0p", [Other]), none}.

crash(function_clause, {gen_sctp, _, _, _}) -> "function_clause";
crash(Reason, Where) -> io_lib:format("crash ~0p in ~0p", [Reason, Where]).

call(open, [_Side], _) -> opened(gen_sctp:open());
call(open, [_Side, Opts], _) -> opened(gen_sctp:open(options(Opts)));
call(start, [Call], Names) -> start(Call, Names);
call(finish, [Name], Names) ->
    {call, _, Ref} = maps:get(Name, Names),
    receive {done, Ref, Answer} -> Answer after ?FOR_EVER -> "unfinished" end;
call(process, [_Side], Names) -> {"ok", {process, spawn(fun() -> process(Names) end)}};
call(by, [Name, Call], Names) ->
    {process, Pid} = maps:get(Name, Names),
    Ref = make_ref(),
    Pid ! {make, self(), Ref, Call, Names},
    receive {done, Ref, Answer} -> Answer after ?FOR_EVER -> "unfinished" end;
call(exit, [Name], Names) ->
    {process, Pid} = maps:get(Name, Names),
    Monitor = monitor(process, Pid),
    exit(Pid, kill),
    receive {'DOWN', Monitor, _, _, _} -> "ok" end;
call(error_string, [N], _) ->
    case gen_sctp:error_string(N) of
        Word when is_atom(Word) -> atom_to_list(Word);
        Text -> [$", Text, $"]
    end;
call(F, [Name | Args], Names) -> on_socket(F, maps:get(Name, Names), Args, Names).

on_socket(close, S, [], _) -> plain(gen_sctp:close(S));
on_socket(listen, S, [How], _) -> plain(gen_sctp:listen(S, How));
on_socket(connect, S, [A, P], N) -> on_socket(connect, S, [A, P, [], ?SOON], N);
on_socket(connect, S, [A, P, O], N) -> on_socket(connect, S, [A, P, O, ?SOON], N);
on_socket(connect, S, [A, P, O, T], _) ->
    outcome(gen_sctp:connect(S, address(A), P, options(O), T));
on_socket(connect_init, S, [A, P], N) -> on_socket(connect_init, S, [A, P, []], N);
on_socket(connect_init, S, [A, P, O], _) ->
    plain(gen_sctp:connect_init(S, address(A), P, options(O)));
on_socket(connectx_init, S, [L], _) ->
    identified(gen_sctp:connectx_init(S, [sockaddr(A) || A <- L], []));
on_socket(connectx_init, S, [L, P], N) -> on_socket(connectx_init, S, [L, P, []], N);
on_socket(connectx_init, S, [L, P, O], _) ->
    identified(gen_sctp:connectx_init(S, [address(A) || A <- L], P, options(O)));
on_socket(peeloff, S, [A], _) -> opened(gen_sctp:peeloff(S, record_or_id(A)));
on_socket(eof, S, [A], _) -> plain(gen_sctp:eof(S, record_or_id(A)));
on_socket(abort, S, [A], _) -> plain(gen_sctp:abort(S, record_or_id(A)));
on_socket(send, S, [Info, Data], _) -> plain(gen_sctp:send(S, info(Info), data(Data)));
on_socket(send, S, [A, Stream, Data], _) ->
    plain(gen_sctp:send(S, record_or_id(A), Stream, data(Data)));
on_socket(send_all, S, [A, Stream, Data], _) -> send_all(S, record_or_id(A), Stream, data(Data), 0);
on_socket(recv, S, [], N) -> on_socket(recv, S, [?SOON], N);
on_socket(recv, S, [T], _) -> received(gen_sctp:recv(S, T));
on_socket(message, S, [], N) -> on_socket(message, S, [?SOON], N);
on_socket(message, S, [T], _) -> message(S, T);
on_socket(controlling_process, S, [Name], Names) ->
    {process, Pid} = maps:get(Name, Names),
    plain(gen_sctp:controlling_process(S, Pid));
on_socket(setopts, S, [Opts], _) -> plain(inet:setopts(S, options(Opts)));
on_socket(getopts, S, [Opts], _) ->
    case inet:getopts(S, options(Opts)) of
        {ok, Values} -> ["ok ", list([option_text(V) || V <- Values])];
        Error -> plain(Error)
    end;
on_socket(getstat, S, [Names], _) ->
    case inet:getstat(S, Names) of
        {ok, Values} -> ["ok ", list([[atom_to_list(K), $=, integer_to_list(V)] || {K, V} <- Values])];
        Error -> plain(Error)
    end;
on_socket(port, S, [], _) ->
    case inet:port(S) of {ok, P} -> ["ok ", port(P)]; Error -> plain(Error) end;
on_socket(sockname, S, [], _) -> name(inet:sockname(S));
on_socket(peername, S, [], _) -> name(inet:peername(S));
on_socket(socknames, S, [], _) -> names(inet:socknames(S));
on_socket(socknames, S, [A], _) -> names(inet:socknames(S, record_or_id(A)));
on_socket(peernames, S, [], _) -> names(inet:peernames(S));
on_socket(peernames, S, [A], _) -> names(inet:peernames(S, record_or_id(A))).

identified({ok, Id}) -> ["ok ", association(Id)];
identified(Error) -> plain(Error).

opened({ok, S}) ->
    {ok, P} = inet:port(S),
    {["ok ", port(P)], S};
opened(Error) -> plain(Error).

%% Sends until it cannot; how often is the kernel's business, and not said.
send_all(S, A, Stream, Data, N) when N < 10000 ->
    case gen_sctp:send(S, A, Stream, Data) of
        ok -> send_all(S, A, Stream, Data, N + 1);
        Error -> plain(Error)
    end;
send_all(_, _, _, _, _) -> "ok for ever".

%% A call in a process of its own: it is under way when the process waits for something.
start(Call, Names) ->
    Self = self(),
    Ref = make_ref(),
    Pid = spawn(fun() -> Self ! {done, Ref, element(1, make(Call, Names))} end),
    await(Pid),
    {"ok", {call, Pid, Ref}}.

await(Pid) ->
    case process_info(Pid, status) of
        undefined -> ok;
        {status, waiting} -> ok;
        _ -> erlang:yield(), await(Pid)
    end.

process(Names) ->
    receive
        {make, From, Ref, Call, Newer} ->
            From ! {done, Ref, element(1, make(Call, Newer))},
            process(Names)
    end.

message(S, T) ->
    receive
        {sctp, S, IP, Port, {Anc, Data}} -> ["sctp ", content(from(IP, Port), Anc, Data)];
        {sctp_error, S, IP, Port, {Anc, Data}} ->
            ["sctp_error ", content(from(IP, Port), Anc, Data)];
        {sctp_error, S, Reason} when is_atom(Reason) -> ["sctp_error ", atom_to_list(Reason)];
        {sctp_passive, S} -> "sctp_passive"
    after T -> "nothing"
    end.

%%% ------------------------------------------------------------------------------------------------
%%% Arguments

record_or_id({assoc, Id}) -> #sctp_assoc_change{assoc_id = Id};
record_or_id({id, Id}) -> Id;
record_or_id(Id) -> Id.

data({text, Bytes}) -> Bytes;
data({bytes, N}) -> pattern(N);
data(Pieces) when is_list(Pieces) -> [data(P) || P <- Pieces].

pattern(N) -> << <<(I rem 251)>> || I <- lists:seq(0, N - 1) >>.

address({address, A}) -> A.

sockaddr([{address, A}, Port]) when tuple_size(A) =:= 8 -> #{family => inet6, addr => A, port => Port};
sockaddr([{address, A}, Port]) -> #{family => inet, addr => A, port => Port}.

info({record, Fields}) -> build(sctp_sndrcvinfo, Fields).

options(List) -> [option(O) || O <- List].

option({Name, {record, Fields}}) -> {Name, build(record_of(Name), Fields)};
option({linger, [On, Seconds]}) -> {linger, {On, Seconds}};
option({netns, {text, Path}}) -> {netns, binary_to_list(Path)};
option({Name, V}) -> {Name, value(V)};
option(Name) -> Name.

value({text, Bytes}) -> Bytes;
value({address, A}) -> A;
value({assoc, Id}) -> Id;
value([{address, A}, Port]) -> {A, Port};
value(V) -> V.

build(Record, Fields) ->
    Known = fields(Record),
    [] = [F || {F, _} <- Fields, not lists:member(F, Known)],
    list_to_tuple([Record | [value(proplists:get_value(F, Fields)) || F <- Known]]).

record_of(sctp_associnfo) -> sctp_assocparams;
record_of(sctp_primary_addr) -> sctp_prim;
record_of(sctp_set_peer_primary_addr) -> sctp_setpeerprim;
record_of(sctp_adaptation_layer) -> sctp_setadaptation;
record_of(sctp_peer_addr_params) -> sctp_paddrparams;
record_of(sctp_default_send_param) -> sctp_sndrcvinfo;
record_of(sctp_events) -> sctp_event_subscribe;
record_of(sctp_delayed_ack_time) -> sctp_assoc_value;
record_of(sctp_get_peer_addr_info) -> sctp_paddrinfo;
record_of(Name) -> Name.

-define(FIELDS(R), fields(R) -> record_info(fields, R)).
?FIELDS(sctp_initmsg);
?FIELDS(sctp_sndrcvinfo);
?FIELDS(sctp_assoc_change);
?FIELDS(sctp_paddr_change);
?FIELDS(sctp_remote_error);
?FIELDS(sctp_send_failed);
?FIELDS(sctp_shutdown_event);
?FIELDS(sctp_adaptation_event);
?FIELDS(sctp_pdapi_event);
?FIELDS(sctp_rtoinfo);
?FIELDS(sctp_assocparams);
?FIELDS(sctp_prim);
?FIELDS(sctp_setpeerprim);
?FIELDS(sctp_setadaptation);
?FIELDS(sctp_paddrparams);
?FIELDS(sctp_event_subscribe);
?FIELDS(sctp_assoc_value);
?FIELDS(sctp_paddrinfo);
?FIELDS(sctp_status).

%%% ------------------------------------------------------------------------------------------------
%%% What came of it

plain(ok) -> "ok";
plain({error, Word}) when is_atom(Word) -> ["error ", atom_to_list(Word)];
%% the index in the tuple, where the record's name is the first
plain({error, {type, {record, _, _, _, Index}}}) -> ["error field ", integer_to_list(Index - 1)];
plain({error, Event}) when element(1, Event) =:= sctp_assoc_change -> ["error ", event(Event)];
plain({error, {[Family | Raw], Anc, Event}}) ->
    ["error ", content(raw_from(Family, Raw), Anc, Event)];
plain({error, {IP, Port, Anc, Data}}) -> ["error ", content(from(IP, Port), Anc, Data)];
plain(Other) -> io_lib:format("~0p", [Other]).

outcome({ok, Event}) -> ["ok ", event(Event)];
outcome(Error) -> plain(Error).

received({ok, {IP, Port, Anc, Data}}) -> ["ok ", content(from(IP, Port), Anc, Data)];
received(Error) -> plain(Error).

content(From, Anc, Data) ->
    [From, [[$\s, event(A)] || A <- Anc], $\s,
     case is_tuple(Data) of
         true -> event(Data);
         false -> text(iolist_to_binary(Data))
     end].

name({ok, {IP, Port}}) -> ["ok ", from(IP, Port)];
name(Error) -> plain(Error).

names({ok, List}) -> ["ok ", list([from(IP, Port) || {IP, Port} <- List])];
names(Error) -> plain(Error).

from(IP, Port) when tuple_size(IP) =:= 8 -> [$[, inet:ntoa(IP), "]:", port(Port)];
from(IP, Port) -> [inet:ntoa(IP), $:, port(Port)].

raw_from(1, [H, L | IP]) -> from(list_to_tuple(IP), H * 256 + L);
raw_from(2, [H, L | IP]) ->
    from(list_to_tuple([W || <<W:16>> <= list_to_binary(IP)]), H * 256 + L).

port(P) -> [$@, integer_to_list(P)].
association(Id) -> [$#, integer_to_list(Id)].
list(Items) -> [$[, lists:join(", ", Items), $]].

event(Record) -> [atom_to_list(element(1, Record)), fields_text(Record)].

%% Left out: what C has no field for, and what gen_sctp leaves uninitialised.
fields_text(Record) ->
    [Name | Values] = tuple_to_list(Record),
    Id = case lists:keyfind(assoc_id, 1, lists:zip(fields(Name), Values)) of
             {_, I} -> I;
             false -> 0
         end,
    [${, lists:join(", ", [[atom_to_list(F), $=, show(F, V, Id)]
                           || {F, V} <- lists:zip(fields(Name), Values),
                              F =/= authentication_event, {F, V} =/= {F, undefined}]), $}].

show(assoc_id, V, _) -> association(V);
show(F, V, Id) when (F =:= tsn orelse F =:= cumtsn), V =/= 0 ->
    io_lib:format("%~b:~b", [Id, V]);
show(_, {IP, Port}, _) when is_tuple(IP) -> from(IP, Port);
show(_, V, _) when is_tuple(V) -> fields_text(V);
show(_, V, _) when is_binary(V) -> text(V);
show(_, V, _) when is_list(V) -> list(lists:sort([io_lib:format("~p", [I]) || I <- V]));
show(_, V, _) -> io_lib:format("~p", [V]).

option_text({linger, {On, Seconds}}) -> io_lib:format("linger=[~p, ~p]", [On, Seconds]);
option_text({sctp_default_send_param, R}) ->
    option_text({sctp_default_send_param, [],
                 R#sctp_sndrcvinfo{ssn = undefined, tsn = undefined, cumtsn = undefined}});
option_text({netns, Path}) -> ["netns=", text(list_to_binary(Path))];
option_text({Name, V}) -> option_text({Name, [], V});
option_text({Name, [], V}) -> [atom_to_list(Name), $=, show(Name, V, 0)];
option_text(Bare) -> io_lib:format("~p", [Bare]).

text(Bytes) when byte_size(Bytes) > 64 ->
    N = byte_size(Bytes),
    case pattern(N) of
        Bytes -> io_lib:format("bytes(~b)", [N]);
        _ -> io_lib:format("other_bytes(~b, ~b)", [N, erlang:adler32(Bytes)])
    end;
text(Bytes) -> [$", [escape(C) || <<C>> <= Bytes], $"].

escape(C) when C < 32; C > 126; C =:= $"; C =:= $\\ ->
    io_lib:format("\\x~2.16.0B", [C]);
escape(C) -> C.

%%% ------------------------------------------------------------------------------------------------
%%% The language: "name = function(argument, ...)"

parse(Line) ->
    case word(skip(Line)) of
        {Word, Rest} ->
            case skip(Rest) of
                "=" ++ More ->
                    {Call, _} = term(skip(More)),
                    {list_to_atom(Word), Call};
                _ ->
                    {Call, _} = term(skip(Line)),
                    {none, Call}
            end
    end.

term("\"" ++ Rest) -> quoted(Rest, []);
term("[" ++ Rest) -> items(skip(Rest), $], []);
term("{" ++ Rest) ->
    {Fields, More} = items(skip(Rest), $}, []),
    {{record, Fields}, More};
term(Text) ->
    {Word, Rest} = word(Text),
    case skip(Rest) of
        "(" ++ More ->
            {Args, Last} = items(skip(More), $), []),
            {applied(list_to_atom(Word), Args), Last};
        More -> {simple(Word), More}
    end.

applied(assoc, [Id]) -> {assoc, Id};
applied(id, [{assoc, Id}]) -> {id, Id};
applied(bytes, [N]) -> {bytes, N};
applied(F, Args) -> {call, F, Args}.

items([End | Rest], End, Items) -> {lists:reverse(Items), Rest};
items(Text, End, Items) ->
    {Item, Rest} = item(Text),
    case skip(Rest) of
        "," ++ More -> items(skip(More), End, [Item | Items]);
        [End | More] -> {lists:reverse([Item | Items]), More}
    end.

item(Text) ->
    {Item, Rest} = term(Text),
    case skip(Rest) of
        "=" ++ More when is_atom(Item) ->
            {Value, Last} = term(skip(More)),
            {{Item, Value}, Last};
        Last -> {Item, Last}
    end.

quoted("\"" ++ Rest, Text) -> {{text, list_to_binary(lists:reverse(Text))}, Rest};
quoted("\\x" ++ [H, L | Rest], Text) -> quoted(Rest, [list_to_integer([H, L], 16) | Text]);
quoted([C | Rest], Text) -> quoted(Rest, [C | Text]).

simple("0x" ++ Digits) -> list_to_integer(Digits, 16);
simple(Word) ->
    try list_to_integer(Word)
    catch error:badarg ->
            case lists:any(fun(C) -> C =:= $. orelse C =:= $: end, Word)
                andalso inet:parse_strict_address(Word) of
                {ok, A} -> {address, A};
                _ -> list_to_atom(Word)
            end
    end.

word(Text) ->
    lists:splitwith(fun(C) -> (C >= $a andalso C =< $z) orelse (C >= $A andalso C =< $Z) orelse
                                  (C >= $0 andalso C =< $9) orelse lists:member(C, "_.:%-")
                    end, Text).

skip(Text) -> string:trim(Text, leading, " \t").
