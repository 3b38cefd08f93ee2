%% SPDX-License-Identifier: Apache-2.0
%% bench.erl - the busy loads of bench.c with Erlang's gen_sctp.
%%
%% Each argument is a load, LENGTH,ASSOCIATIONS,BATCH,BATCHES; for each there is a line with the
%% nanoseconds for all messages, passive and active.
-module(bench).
-export([start/1]).
-include_lib("kernel/include/inet_sctp.hrl").

-define(WARM_UP, 5).
-define(BUFFER, 4194304).

start(Loads) ->
    lists:foldl(fun run/2, 9000, Loads),
    halt().

run(Load, Port) ->
    [Length, Associations, Batch, Batches] =
        [list_to_integer(N) || N <- string:tokens(Load, ",")],
    Data = binary:copy(<<0>>, Length),
    Times = [measure(Active, P, Data, Associations, Batch, Batches)
             || {Active, P} <- [{false, Port}, {true, Port + 1}]],
    io:format("~b ~b~n", Times),
    Port + 2.

measure(Active, Port, Data, Associations, Batch, Batches) ->
    Buffers = [{sndbuf, ?BUFFER}, {recbuf, ?BUFFER}],
    {ok, S} = gen_sctp:open(Port, [{ip, {127, 0, 0, 1}}, {active, Active} | Buffers]),
    ok = gen_sctp:listen(S, true),
    Clients = list_to_tuple([client(Port, Buffers) || _ <- lists:seq(1, Associations)]),
    One = fun() -> batch(S, Active, Clients, Data, Batch) end,
    times(?WARM_UP, One),
    Start = erlang:monotonic_time(nanosecond),
    times(Batches, One),
    End = erlang:monotonic_time(nanosecond),
    [ok = gen_sctp:close(C) || {C, _} <- tuple_to_list(Clients)],
    ok = gen_sctp:close(S),
    End - Start.

client(Port, Buffers) ->
    {ok, C} = gen_sctp:open([{sctp_nodelay, true} | Buffers]),
    {ok, A} = gen_sctp:connect(C, {127, 0, 0, 1}, Port, []),
    {C, #sctp_sndrcvinfo{stream = 0, assoc_id = A#sctp_assoc_change.assoc_id}}.

times(0, _) -> ok;
times(N, F) -> F(), times(N - 1, F).

batch(S, Active, Clients, Data, Batch) ->
    send(Clients, Data, 0, Batch),
    take(S, Active, byte_size(Data), Batch).

send(_, _, N, N) -> ok;
send(Clients, Data, I, N) ->
    {C, Info} = element(I rem tuple_size(Clients) + 1, Clients),
    ok = gen_sctp:send(C, Info, Data),
    send(Clients, Data, I + 1, N).

take(_, _, _, 0) -> ok;
take(S, false, Length, N) ->
    case gen_sctp:recv(S) of
        {ok, {_, _, _, D}} when byte_size(D) =:= Length -> take(S, false, Length, N - 1);
        {ok, {_, _, _, E}} when is_tuple(E) -> take(S, false, Length, N)
    end;
take(S, true, Length, N) ->
    receive
        {sctp, S, _, _, {_, D}} when byte_size(D) =:= Length -> take(S, true, Length, N - 1);
        {sctp, S, _, _, {_, E}} when is_tuple(E) -> take(S, true, Length, N)
    end.
