/* SPDX-License-Identifier: Apache-2.0 */
/*
 * box.c - the shared memory between the command line and the agent. Both sides are here, so that
 * what one writes is what the other reads.
 *
 * The host trusts nothing that it finds in the results: a guest whose kernel has gone wrong may
 * have written anything there.
 */
#include "runner/protocol/box.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#define RECORD_ALIGNMENT 8UL
/* Of physical memory, at first: enough for all that most cases have to say. */
#define WINDOW (1UL << 20)

static size_t aligned(size_t n)
{
	return (n + RECORD_ALIGNMENT - 1) & ~(RECORD_ALIGNMENT - 1);
}

static struct box_header *header_of(const struct box *box)
{
	return (struct box_header *)(void *)box->base;
}

static int map(int fd, off_t offset, size_t size, struct box *out)
{
	void *base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);

	if (base == MAP_FAILED)
		return -errno;
	*out = (struct box){ .base = base, .size = size, .mapped = size, .memory = -1 };
	return 0;
}

int box_create(const char *path, struct box *out)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int status;

	if (fd < 0)
		return -errno;
	status = ftruncate(fd, BOX_SIZE) == 0 ? map(fd, 0, BOX_SIZE, out) : -errno;
	/* A full disk must be an error here, not a SIGBUS at the first write. Kernels before 5.14
	 * do not know the request; there is nothing to do about it on those. */
	if (status == 0 && madvise(out->base, sizeof(struct box_header), MADV_POPULATE_WRITE) < 0 && errno != EINVAL) {
		box_unmap(out);
		status = -ENOSPC;
	}
	if (status == 0) {
		*header_of(out) = (struct box_header){
			.magic = BOX_MAGIC,
			.state = BOX_WAIT,
			.results_offset = aligned(sizeof(struct box_header)),
		};
	}
	close(fd);
	return status;
}

int box_map_file(const char *path, struct box *out)
{
	struct stat st;
	int fd = open(path, O_RDWR | O_CLOEXEC);
	int status;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		status = -errno;
	else if ((size_t)st.st_size < sizeof(struct box_header))
		status = -EPROTO;
	else
		status = map(fd, 0, (size_t)st.st_size, out);
	close(fd);
	if (status == 0 && header_of(out)->magic != BOX_MAGIC) {
		box_unmap(out);
		status = -EPROTO;
	}
	return status;
}

int box_map_physical(uint64_t address, struct box *out)
{
	int fd = open("/dev/mem", O_RDWR | O_CLOEXEC);
	int status;

	if (fd < 0)
		return -errno;
	status = map(fd, (off_t)address, WINDOW, out);
	if (status < 0) {
		close(fd);
		return status;
	}
	out->size = BOX_SIZE;
	out->address = (off_t)address;
	out->memory = fd;
	if (header_of(out)->magic != BOX_MAGIC) {
		box_unmap(out);
		status = -EPROTO;
	}
	return status;
}

void box_unmap(struct box *box)
{
	if (box->base) {
		munmap(box->base, box->mapped);
		if (box->memory >= 0)
			close(box->memory);
	}
	*box = (struct box){ .memory = -1 };
}

int box_reach(struct box *box, size_t end)
{
	size_t more = box->mapped;
	void *base;

	if (end <= box->mapped)
		return 0;
	if (end > box->size)
		return -ENOSPC;
	while (more < end)
		more *= 2;
	if (more > box->size)
		more = box->size;
	base = mmap(NULL, more, PROT_READ | PROT_WRITE, MAP_SHARED, box->memory, box->address);
	if (base == MAP_FAILED)
		return -errno;
	munmap(box->base, box->mapped);
	box->base = base;
	box->mapped = more;
	return 0;
}

/* Makes room before it is written to: see box_create. */
static int populate(const struct box *box, size_t end)
{
	if (end > box->size)
		return -ENOSPC;
	if (madvise(box->base, end, MADV_POPULATE_WRITE) < 0 && errno != EINVAL)
		return -ENOSPC;
	return 0;
}

static int read_all(int fd, unsigned char *to, size_t length)
{
	while (length > 0) {
		ssize_t n = read(fd, to, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		to += n;
		length -= (size_t)n;
	}
	return 0;
}

/* Appends one file at *end, and its entry to `list`. */
static int put_file(const struct box *box, const struct box_payload *file, json_t *list, size_t *end)
{
	struct stat st;
	int fd = open(file->path, O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	int status;

	if (fd < 0)
		return -errno;
	status = fstat(fd, &st) < 0 ? -errno : 0;
	if (status == 0) {
		length = (size_t)st.st_size;
		status = length > box->size - *end ? -EFBIG : populate(box, *end + length);
	}
	if (status == 0)
		status = read_all(fd, box->base + *end, length);
	close(fd);
	if (status == 0 &&
		json_array_append_new(list,
			json_pack("{s:s, s:I, s:I, s:i}", "name", file->name, "offset", (json_int_t)*end, "length",
				(json_int_t)length, "mode", (int)file->mode)) < 0)
		status = -ENOMEM;
	*end = aligned(*end + length);
	return status;
}

/* The text of the order, complete; NULL when it is not a JSON object or memory is short. */
static char *complete_order(const char *text, json_t *list, size_t flags)
{
	json_t *order = json_loads(text, 0, NULL);
	char *complete = NULL;

	if (json_is_object(order) && json_object_set(order, "files", list) == 0)
		complete = json_dumps(order, flags);
	json_decref(order);
	return complete;
}

/*
 * The files lie before the order's text, because the text tells where they are. Of the text only
 * the length is limited by what is left.
 */
int box_put_order(struct box *box, const char *json, const struct box_payload *files, size_t n_files)
{
	struct box_header *header = header_of(box);
	size_t end = aligned(sizeof(*header));
	json_t *list = json_array();
	char *text = NULL;
	int status = list ? 0 : -ENOMEM;

	for (size_t i = 0; i < n_files && status == 0; i++)
		status = put_file(box, &files[i], list, &end);
	if (status == 0) {
		text = complete_order(json, list, JSON_COMPACT | JSON_PRESERVE_ORDER);
		status = text ? populate(box, aligned(end + strlen(text) + 1)) : -EINVAL;
	}
	if (status == 0) {
		size_t length = strlen(text);

		memcpy(box->base + end, text, length + 1);
		header->order_offset = (uint32_t)end;
		header->order_length = (uint32_t)length;
		header->results_offset = aligned(end + length + 1);
		header->committed = 0;
		__atomic_store_n(&header->state, BOX_RUN, __ATOMIC_RELEASE);
	}
	free(text);
	json_decref(list);
	return status;
}

void box_ask_to_stay(struct box *box)
{
	header_of(box)->stay = 1;
}

int box_copy_order(struct box *box, const struct box *from, bool stay)
{
	uint64_t end = header_of(from)->results_offset;
	int status = end < sizeof(struct box_header) || end > from->size ? -EPROTO : populate(box, end);

	if (status < 0)
		return status;
	memcpy(box->base, from->base, end);
	header_of(box)->state = BOX_RUN;
	header_of(box)->phase = BOX_RESTORE;
	header_of(box)->committed = 0;
	header_of(box)->stay = stay;
	return 0;
}

bool box_is_done(const struct box *box)
{
	return __atomic_load_n(&header_of(box)->state, __ATOMIC_ACQUIRE) == BOX_DONE;
}

bool box_stays(struct box *box)
{
	if (header_of(box)->stay == 0)
		return false;
	__atomic_store_n(&header_of(box)->state, BOX_DONE, __ATOMIC_RELEASE);
	return true;
}

void box_enter(struct box *box, enum box_phase phase)
{
	__atomic_store_n(&header_of(box)->phase, (uint32_t)phase, __ATOMIC_RELEASE);
}

int box_append(struct box *box, enum box_record_type type, const void *data, size_t length)
{
	return box_append2(box, type, NULL, 0, data, length);
}

int box_append2(struct box *box, enum box_record_type type, const void *head, size_t head_length, const void *data,
	size_t length)
{
	struct box_header *header = header_of(box);
	size_t at = header->results_offset + header->committed;
	size_t room = at < box->size ? box->size - at : 0;
	struct box_record record = { .type = type };
	int status;

	if (room < sizeof(record) || length > room - sizeof(record) || head_length > room - sizeof(record) - length)
		return -ENOSPC;
	record.length = (uint32_t)(head_length + length);
	if (aligned(sizeof(record) + record.length) > room)
		return -ENOSPC;
	status = box_reach(box, at + aligned(sizeof(record) + record.length));
	if (status < 0)
		return status;
	header = header_of(box);
	memcpy(box->base + at, &record, sizeof(record));
	at += sizeof(record);
	if (head_length > 0)
		memcpy(box->base + at, head, head_length);
	if (length > 0)
		memcpy(box->base + at + head_length, data, length);
	__atomic_store_n(
		&header->committed, header->committed + aligned(sizeof(record) + record.length), __ATOMIC_RELEASE);
	return 0;
}

bool box_next(const struct box *box, uint64_t *cursor, struct box_record *record, const unsigned char **payload,
	bool *damaged)
{
	const struct box_header *header = header_of(box);
	uint64_t committed = __atomic_load_n(&header->committed, __ATOMIC_ACQUIRE);
	uint64_t start = header->results_offset;

	*damaged = start < sizeof(*header) || start % RECORD_ALIGNMENT != 0 || start > box->size ||
		committed % RECORD_ALIGNMENT != 0 || committed > box->size - start;
	if (*damaged || *cursor >= committed)
		return false;
	/* committed is a multiple of the alignment, so a header fits when one byte does */
	memcpy(record, box->base + start + *cursor, sizeof(*record));
	if (record->type < BOX_LOG || record->type > BOX_END ||
		record->length > committed - *cursor - sizeof(*record)) {
		*damaged = true;
		return false;
	}
	*payload = box->base + start + *cursor + sizeof(*record);
	*cursor += aligned(sizeof(*record) + record->length);
	return true;
}
