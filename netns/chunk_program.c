/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chunk_program.c - see chunk_program.h. The program, in words:
 *
 *	a packet that it has made itself passes; so does what is not SCTP, and the later fragments of a packet
 *	for each chunk: is it of the kind? then count it; is its number one of those that are meant? then remember that
 *	if one was meant: lose the packet, double it, delay it, damage it, mark it
 *
 * Registers: R6 the packet, R7 where the next chunk begins, R8 the slot, R9 how many chunks were looked at. On the
 * stack: the head of a chunk, and whether the packet is meant.
 */
#include "netns/chunk_program.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "netns/packet.h"

#define OURS 0x5c7b5bec     /* the mark of a packet that the program has made */
#define CHUNKS_LOOKED_AT 48 /* of a packet: of 32 octets each, 1500 octets have room for them */
#define HEAD (-16)          /* on the stack: type, flags, length, TSN, stream, SSN, PPID */
#define TSN (HEAD + 4)
#define PPID (HEAD + 12)
#define MEANT (-24)
#define COMMON_HEADER 12 /* RFC 9260, section 3 */
#define CHECKSUM 8       /* in it */
#define IPV6_HEADER 40
#define NOT_THE_FIRST_FRAGMENT 0x1fff

/* Places to jump to. */
enum label {
	LABEL_IPV6,
	LABEL_SCTP,
	LABEL_CHUNK,
	LABEL_TSN,
	LABEL_ANY_PPID,
	LABEL_NEW,
	LABEL_AGAIN,
	LABEL_COUNT,
	LABEL_MEANT,
	LABEL_NEXT,
	LABEL_END,
	LABEL_DOUBLE,
	LABEL_CORRUPT,
	LABEL_DELAY,
	LABEL_MARK,
	LABEL_PASS,
	LABELS
};

struct writer {
	struct chunk_program *program;
	int places[LABELS]; /* -1: not known yet */
	struct {
		unsigned at;
		enum label to;
	} jumps[64];
	unsigned jump_count;
};

/* ------------------------------------------------------------------ instructions */

static struct bpf_insn *emit(struct writer *w, uint8_t code, uint8_t to, uint8_t from, int16_t offset, int32_t number)
{
	struct bpf_insn *insn = &w->program->list[w->program->count++];

	assert(w->program->count <= CHUNK_PROGRAM_MAX);
	*insn = (struct bpf_insn){ .code = code, .off = offset, .imm = number };
	insn->dst_reg = to & 0xfU;
	insn->src_reg = from & 0xfU;
	return insn;
}

static void set(struct writer *w, uint8_t to, int32_t number)
{
	emit(w, BPF_ALU64 | BPF_MOV | BPF_K, to, 0, 0, number);
}

static void copy(struct writer *w, uint8_t to, uint8_t from)
{
	emit(w, BPF_ALU64 | BPF_MOV | BPF_X, to, from, 0, 0);
}

static void compute(struct writer *w, uint8_t operation, uint8_t to, int32_t number)
{
	emit(w, BPF_ALU64 | operation | BPF_K, to, 0, 0, number);
}

static void load(struct writer *w, uint8_t size, uint8_t to, uint8_t from, int16_t offset)
{
	emit(w, BPF_LDX | size | BPF_MEM, to, from, offset, 0);
}

static void store(struct writer *w, uint8_t size, uint8_t to, int16_t offset, uint8_t from)
{
	emit(w, BPF_STX | size | BPF_MEM, to, from, offset, 0);
}

static void load_number(struct writer *w, uint8_t to, uint64_t number)
{
	emit(w, BPF_DW /* BPF_LD, BPF_IMM */, to, 0, 0, (int32_t)number);
	emit(w, 0, 0, 0, 0, (int32_t)(number >> 32));
}

static void swap(struct writer *w, uint8_t what, int32_t bits)
{
	emit(w, BPF_ALU | BPF_END | BPF_TO_BE, what, 0, 0, bits);
}

static void jump_if(struct writer *w, uint8_t condition, uint8_t left, int32_t number, enum label to)
{
	assert(w->jump_count < sizeof(w->jumps) / sizeof(*w->jumps));
	w->jumps[w->jump_count].at = w->program->count;
	w->jumps[w->jump_count++].to = to;
	emit(w, BPF_JMP | condition | BPF_K, left, 0, 0, number);
}

static void jump(struct writer *w, enum label to)
{
	jump_if(w, BPF_JA, 0, 0, to);
}

static void here(struct writer *w, enum label label)
{
	w->places[label] = (int)w->program->count;
}

static void resolve(struct writer *w)
{
	for (unsigned i = 0; i < w->jump_count; i++) {
		int place = w->places[w->jumps[i].to];

		assert(place >= 0);
		w->program->list[w->jumps[i].at].off = (int16_t)(place - (int)w->jumps[i].at - 1);
	}
}

static void call(struct writer *w, int32_t helper)
{
	emit(w, BPF_JMP | BPF_CALL, 0, 0, 0, helper);
}

/* Copies octets of the packet, from R7 + `skip` on, to the stack. To `otherwise` if it is too short. */
static void look(struct writer *w, int32_t skip, int16_t to, int32_t length, enum label otherwise)
{
	copy(w, BPF_REG_1, BPF_REG_6);
	copy(w, BPF_REG_2, BPF_REG_7);
	if (skip)
		compute(w, BPF_ADD, BPF_REG_2, skip);
	copy(w, BPF_REG_3, BPF_REG_10);
	compute(w, BPF_ADD, BPF_REG_3, to);
	set(w, BPF_REG_4, length);
	call(w, BPF_FUNC_skb_load_bytes);
	jump_if(w, BPF_JNE, BPF_REG_0, 0, otherwise);
}

/* ------------------------------------------------------------------ the parts */

static void load_slot(struct writer *w, uint8_t to, size_t member)
{
	load(w, BPF_W, to, BPF_REG_8, (int16_t)member);
}

static void begin(struct writer *w)
{
	copy(w, BPF_REG_6, BPF_REG_1);
	load(w, BPF_W, BPF_REG_1, BPF_REG_6, offsetof(struct __sk_buff, mark));
	jump_if(w, BPF_JEQ, BPF_REG_1, OURS, LABEL_PASS);
	w->program->slots = w->program->count;
	load_number(w, BPF_REG_8, 0);
	load(w, BPF_W, BPF_REG_1, BPF_REG_6, offsetof(struct __sk_buff, tc_classid));
	compute(w, BPF_AND, BPF_REG_1, CHUNK_SLOTS - 1);
	compute(w, BPF_MUL, BPF_REG_1, sizeof(struct chunk_slot));
	emit(w, BPF_ALU64 | BPF_ADD | BPF_X, BPF_REG_8, BPF_REG_1, 0, 0);
	set(w, BPF_REG_1, 0);
	store(w, BPF_DW, BPF_REG_10, MEANT, BPF_REG_1);
	store(w, BPF_DW, BPF_REG_10, HEAD + 8, BPF_REG_1);
	set(w, BPF_REG_9, 0);
}

/* Leaves in R7 where the SCTP packet begins. */
static void find_sctp(struct writer *w)
{
	load(w, BPF_W, BPF_REG_1, BPF_REG_6, offsetof(struct __sk_buff, protocol));
	set(w, BPF_REG_7, ETH_HLEN);
	jump_if(w, BPF_JEQ, BPF_REG_1, htons(ETH_P_IPV6), LABEL_IPV6);
	jump_if(w, BPF_JNE, BPF_REG_1, htons(ETH_P_IP), LABEL_PASS);
	look(w, 0, HEAD, 12, LABEL_PASS);
	load(w, BPF_B, BPF_REG_1, BPF_REG_10, HEAD + 9);
	jump_if(w, BPF_JNE, BPF_REG_1, IPPROTO_SCTP, LABEL_PASS);
	load(w, BPF_H, BPF_REG_1, BPF_REG_10, HEAD + 6);
	swap(w, BPF_REG_1, 16);
	jump_if(w, BPF_JSET, BPF_REG_1, NOT_THE_FIRST_FRAGMENT, LABEL_PASS);
	load(w, BPF_B, BPF_REG_7, BPF_REG_10, HEAD);
	compute(w, BPF_AND, BPF_REG_7, 0x0f);
	compute(w, BPF_LSH, BPF_REG_7, 2);
	compute(w, BPF_ADD, BPF_REG_7, ETH_HLEN);
	jump(w, LABEL_SCTP);
	here(w, LABEL_IPV6);
	look(w, 0, HEAD, 12, LABEL_PASS);
	load(w, BPF_B, BPF_REG_1, BPF_REG_10, HEAD + 6);
	jump_if(w, BPF_JNE, BPF_REG_1, IPPROTO_SCTP, LABEL_PASS);
	compute(w, BPF_ADD, BPF_REG_7, IPV6_HEADER);
	here(w, LABEL_SCTP);
}

/* Goes on to LABEL_COUNT with a TSN that is sent as the fault wants it, else to LABEL_NEXT. */
static void tell_retransmissions(struct writer *w)
{
	load_slot(w, BPF_REG_5, offsetof(struct chunk_slot, sending));
	jump_if(w, BPF_JEQ, BPF_REG_5, HOWEVER_SENT, LABEL_COUNT);
	load(w, BPF_W, BPF_REG_1, BPF_REG_10, TSN);
	swap(w, BPF_REG_1, 32);
	load_slot(w, BPF_REG_2, offsetof(struct chunk_slot, has_tsn));
	/* the first of all is no retransmission that we know of */
	jump_if(w, BPF_JEQ, BPF_REG_2, 0, LABEL_NEW);
	load_slot(w, BPF_REG_3, offsetof(struct chunk_slot, highest_tsn));
	copy(w, BPF_REG_4, BPF_REG_1);
	emit(w, BPF_ALU64 | BPF_SUB | BPF_X, BPF_REG_4, BPF_REG_3, 0, 0);
	compute(w, BPF_LSH, BPF_REG_4, 32);
	compute(w, BPF_ARSH, BPF_REG_4, 32); /* serial numbers: by the sign of the difference */
	jump_if(w, BPF_JSLE, BPF_REG_4, 0, LABEL_AGAIN);
	here(w, LABEL_NEW);
	store(w, BPF_W, BPF_REG_8, offsetof(struct chunk_slot, highest_tsn), BPF_REG_1);
	set(w, BPF_REG_2, 1);
	store(w, BPF_W, BPF_REG_8, offsetof(struct chunk_slot, has_tsn), BPF_REG_2);
	jump_if(w, BPF_JEQ, BPF_REG_5, FIRST_SENT, LABEL_COUNT);
	jump(w, LABEL_NEXT);
	here(w, LABEL_AGAIN);
	jump_if(w, BPF_JEQ, BPF_REG_5, FIRST_SENT, LABEL_NEXT);
}

/* The n-th that is of the kind: is that one meant? */
static void count(struct writer *w)
{
	here(w, LABEL_COUNT);
	load(w, BPF_DW, BPF_REG_1, BPF_REG_8, offsetof(struct chunk_slot, matched));
	copy(w, BPF_REG_2, BPF_REG_1);
	compute(w, BPF_ADD, BPF_REG_2, 1);
	store(w, BPF_DW, BPF_REG_8, offsetof(struct chunk_slot, matched), BPF_REG_2);
	load(w, BPF_DW, BPF_REG_3, BPF_REG_8, offsetof(struct chunk_slot, which));
	jump_if(w, BPF_JEQ, BPF_REG_3, 0, LABEL_MEANT);
	jump_if(w, BPF_JGE, BPF_REG_1, 64, LABEL_NEXT);
	emit(w, BPF_ALU64 | BPF_RSH | BPF_X, BPF_REG_3, BPF_REG_1, 0, 0);
	compute(w, BPF_AND, BPF_REG_3, 1);
	jump_if(w, BPF_JEQ, BPF_REG_3, 0, LABEL_NEXT);
	here(w, LABEL_MEANT);
	set(w, BPF_REG_1, 1);
	store(w, BPF_DW, BPF_REG_10, MEANT, BPF_REG_1);
	here(w, LABEL_NEXT);
}

static void compare_ppids(struct writer *w)
{
	load_slot(w, BPF_REG_1, offsetof(struct chunk_slot, by_ppid));
	jump_if(w, BPF_JEQ, BPF_REG_1, 0, LABEL_ANY_PPID);
	load(w, BPF_W, BPF_REG_1, BPF_REG_10, PPID);
	swap(w, BPF_REG_1, 32);
	load_slot(w, BPF_REG_2, offsetof(struct chunk_slot, ppid));
	emit(w, BPF_ALU64 | BPF_XOR | BPF_X, BPF_REG_1, BPF_REG_2, 0, 0);
	jump_if(w, BPF_JNE, BPF_REG_1, 0, LABEL_NEXT);
	here(w, LABEL_ANY_PPID);
}

static void look_at_chunks(struct writer *w)
{
	compute(w, BPF_ADD, BPF_REG_7, COMMON_HEADER);
	/* no chunk has a length of 0, so this is the last one */
	set(w, BPF_REG_1, 0);
	store(w, BPF_DW, BPF_REG_10, HEAD, BPF_REG_1);
	load_slot(w, BPF_REG_2, offsetof(struct chunk_slot, type));
	jump_if(w, BPF_JEQ, BPF_REG_2, ANY_PACKET, LABEL_COUNT);
	here(w, LABEL_CHUNK);
	look(w, 0, HEAD, 4, LABEL_END);
	load(w, BPF_B, BPF_REG_1, BPF_REG_10, HEAD);
	load_slot(w, BPF_REG_2, offsetof(struct chunk_slot, type));
	emit(w, BPF_ALU64 | BPF_XOR | BPF_X, BPF_REG_1, BPF_REG_2, 0, 0);
	jump_if(w, BPF_JNE, BPF_REG_1, 0, LABEL_NEXT);
	jump_if(w, BPF_JEQ, BPF_REG_2, CHUNK_DATA, LABEL_TSN);
	jump_if(w, BPF_JNE, BPF_REG_2, CHUNK_I_DATA, LABEL_COUNT);
	here(w, LABEL_TSN);
	look(w, 4, TSN, 12, LABEL_NEXT);
	compare_ppids(w);
	tell_retransmissions(w);
	count(w);
	/* its length; chunks begin at multiples of four */
	load(w, BPF_H, BPF_REG_1, BPF_REG_10, HEAD + 2);
	swap(w, BPF_REG_1, 16);
	jump_if(w, BPF_JLT, BPF_REG_1, 4, LABEL_END);
	compute(w, BPF_ADD, BPF_REG_1, 3);
	compute(w, BPF_AND, BPF_REG_1, 0x1fffc);
	emit(w, BPF_ALU64 | BPF_ADD | BPF_X, BPF_REG_7, BPF_REG_1, 0, 0);
	compute(w, BPF_ADD, BPF_REG_9, 1);
	jump_if(w, BPF_JLT, BPF_REG_9, CHUNKS_LOOKED_AT, LABEL_CHUNK);
	here(w, LABEL_END);
}

static void end_with(struct writer *w, int32_t verdict)
{
	set(w, BPF_REG_0, verdict);
	emit(w, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

/* A second one, which follows this one to the same interface. */
static void double_it(struct writer *w)
{
	set(w, BPF_REG_1, OURS);
	store(w, BPF_W, BPF_REG_6, offsetof(struct __sk_buff, mark), BPF_REG_1);
	copy(w, BPF_REG_1, BPF_REG_6);
	load(w, BPF_W, BPF_REG_2, BPF_REG_6, offsetof(struct __sk_buff, ifindex));
	set(w, BPF_REG_3, 0);
	call(w, BPF_FUNC_clone_redirect);
	set(w, BPF_REG_1, 0);
	store(w, BPF_W, BPF_REG_6, offsetof(struct __sk_buff, mark), BPF_REG_1);
}

/* Another checksum. R7 is behind the chunks by now, and the header is found again. */
static void damage(struct writer *w)
{
	load(w, BPF_W, BPF_REG_1, BPF_REG_6, offsetof(struct __sk_buff, len));
	copy(w, BPF_REG_7, BPF_REG_1);
	compute(w, BPF_SUB, BPF_REG_7, 1);
	look(w, 0, HEAD, 1, LABEL_PASS);
	load(w, BPF_B, BPF_REG_1, BPF_REG_10, HEAD);
	compute(w, BPF_XOR, BPF_REG_1, 1);
	store(w, BPF_B, BPF_REG_10, HEAD, BPF_REG_1);
	copy(w, BPF_REG_1, BPF_REG_6);
	copy(w, BPF_REG_2, BPF_REG_7);
	copy(w, BPF_REG_3, BPF_REG_10);
	compute(w, BPF_ADD, BPF_REG_3, HEAD);
	set(w, BPF_REG_4, 1);
	set(w, BPF_REG_5, 0);
	call(w, BPF_FUNC_skb_store_bytes);
}

/* A capture may hold the same octets, and they are not to be changed there. */
static void mark(struct writer *w)
{
	copy(w, BPF_REG_1, BPF_REG_6);
	set(w, BPF_REG_2, ETH_HLEN + IPV6_HEADER);
	call(w, BPF_FUNC_skb_pull_data);
	copy(w, BPF_REG_1, BPF_REG_6);
	call(w, BPF_FUNC_skb_ecn_set_ce);
}

enum action { ACTION_LOSE, ACTION_DOUBLE, ACTION_CORRUPT, ACTION_DELAY, ACTION_MARK };

static void act(struct writer *w)
{
	load(w, BPF_DW, BPF_REG_1, BPF_REG_10, MEANT);
	jump_if(w, BPF_JEQ, BPF_REG_1, 0, LABEL_PASS);
	load(w, BPF_DW, BPF_REG_1, BPF_REG_8, offsetof(struct chunk_slot, hit));
	compute(w, BPF_ADD, BPF_REG_1, 1);
	store(w, BPF_DW, BPF_REG_8, offsetof(struct chunk_slot, hit), BPF_REG_1);
	load_slot(w, BPF_REG_1, offsetof(struct chunk_slot, action));
	jump_if(w, BPF_JEQ, BPF_REG_1, ACTION_DOUBLE, LABEL_DOUBLE);
	jump_if(w, BPF_JEQ, BPF_REG_1, ACTION_CORRUPT, LABEL_CORRUPT);
	jump_if(w, BPF_JEQ, BPF_REG_1, ACTION_DELAY, LABEL_DELAY);
	jump_if(w, BPF_JEQ, BPF_REG_1, ACTION_MARK, LABEL_MARK);
	end_with(w, TC_ACT_SHOT);
	here(w, LABEL_DOUBLE);
	double_it(w);
	jump(w, LABEL_PASS);
	here(w, LABEL_CORRUPT);
	damage(w);
	jump(w, LABEL_PASS);
	here(w, LABEL_MARK);
	mark(w);
	jump(w, LABEL_PASS);
	here(w, LABEL_DELAY);
	set(w, BPF_REG_1, BANDS_HANDLE | DELAYED_BAND);
	store(w, BPF_W, BPF_REG_6, offsetof(struct __sk_buff, priority), BPF_REG_1);
	here(w, LABEL_PASS);
	/* the next program may have its say */
	end_with(w, TC_ACT_UNSPEC);
}

void chunk_program_write(struct chunk_program *out)
{
	struct writer writer = { .program = out };

	memset(writer.places, -1, sizeof(writer.places));
	out->count = 0;
	begin(&writer);
	find_sctp(&writer);
	look_at_chunks(&writer);
	act(&writer);
	resolve(&writer);
}

struct chunk_slot chunk_slot_for(const struct fault *fault)
{
	const struct chunks *chunks = &fault->chunks;

	return (struct chunk_slot){ .which = chunks->which,
		.type = chunks->type,
		.by_ppid = chunks->by_ppid,
		.ppid = chunks->ppid,
		.sending = chunks->sending,
		.action = fault->kind == FAULT_CHUNKS_DOUBLED   ? ACTION_DOUBLE
			: fault->kind == FAULT_CHUNKS_CORRUPTED ? ACTION_CORRUPT
			: fault->kind == FAULT_CHUNKS_DELAYED   ? ACTION_DELAY
			: fault->kind == FAULT_CHUNKS_MARKED    ? ACTION_MARK
								: ACTION_LOSE };
}

/* ------------------------------------------------------------------ the kernel */

static int ask_kernel(enum bpf_cmd command, union bpf_attr *attributes)
{
	const long result = syscall(SYS_bpf, command, attributes, sizeof(*attributes));

	return result < 0 ? -errno : (int)result;
}

/* Until 5.11 such memory counts as locked. */
static void allow_memory(void)
{
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };

	setrlimit(RLIMIT_MEMLOCK, &unlimited);
}

#define SLOTS_SIZE (CHUNK_SLOTS * sizeof(struct chunk_slot))

static int make_map(void)
{
	union bpf_attr attributes;

	memset(&attributes, 0, sizeof(attributes));
	attributes.map_type = BPF_MAP_TYPE_ARRAY;
	attributes.key_size = sizeof(uint32_t);
	attributes.value_size = SLOTS_SIZE;
	attributes.max_entries = 1;
	attributes.map_flags = BPF_F_MMAPABLE;
	return ask_kernel(BPF_MAP_CREATE, &attributes);
}

static int load_program(int map)
{
	struct chunk_program program;
	union bpf_attr attributes;

	chunk_program_write(&program);
	program.list[program.slots].src_reg = BPF_PSEUDO_MAP_VALUE;
	program.list[program.slots].imm = map;
	memset(&attributes, 0, sizeof(attributes));
	attributes.prog_type = BPF_PROG_TYPE_SCHED_CLS;
	attributes.insns = (uintptr_t)program.list;
	attributes.insn_cnt = program.count;
	attributes.license = (uintptr_t) "Apache-2.0";
	return ask_kernel(BPF_PROG_LOAD, &attributes);
}

void chunk_machine_start(struct chunk_machine *out)
{
	allow_memory();
	*out = (struct chunk_machine){ .program = -1, .map = make_map() };
	if (out->map < 0) {
		out->program = out->map;
		return;
	}
	out->slots = mmap(NULL, SLOTS_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, out->map, 0);
	out->program = out->slots == MAP_FAILED ? -errno : load_program(out->map);
	if (out->slots == MAP_FAILED)
		out->slots = NULL;
}

void chunk_machine_stop(struct chunk_machine *machine)
{
	if (machine->slots)
		munmap(machine->slots, SLOTS_SIZE);
	if (machine->program >= 0)
		close(machine->program);
	if (machine->map >= 0)
		close(machine->map);
	*machine = (struct chunk_machine){ .program = -ENOENT, .map = -ENOENT };
}
