/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vmstate_disk.c - writes a qcow2 image by hand. A QEMU process that already runs can load a machine's state only from
 * a snapshot in a disk image, and QEMU's tools make only snapshots of disks. The image is the smallest that qcow2
 * allows; each part has a cluster:
 *
 *	header | refcount table | refcounts | L1 | snapshots | the snapshot's L1 | L2 | state ...
 *
 * The disk is one cluster long, within the reach of the first entry of L1; the state begins at the second entry.
 * Numbers are big endian.
 */
#include "runner/qemu/vmstate_disk.h"

#include <endian.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CLUSTER_BITS 16
#define CLUSTER (1UL << CLUSTER_BITS)
#define DISK CLUSTER
#define L1_ENTRIES 2U
#define L2_ENTRIES (CLUSTER / 8)
#define NOW_UNKNOWN UINT64_MAX /* the snapshot's instruction count */

enum part { HEADER, REFCOUNT_TABLE, REFCOUNTS, L1, SNAPSHOTS, SNAPSHOT_L1, L2, STATE };

struct __attribute__((packed)) header {
	uint32_t magic, version;
	uint64_t backing_at;
	uint32_t backing_length, cluster_bits;
	uint64_t size;
	uint32_t encryption, l1_entries;
	uint64_t l1_at, refcount_table_at;
	uint32_t refcount_table_clusters, n_snapshots;
	uint64_t snapshots_at, incompatible, compatible, autoclear;
	uint32_t refcount_order, length;
};

struct __attribute__((packed)) snapshot_entry {
	uint64_t l1_at;
	uint32_t l1_entries;
	uint16_t id_length, name_length;
	uint32_t seconds, nanoseconds;
	uint64_t guest_nanoseconds;
	uint32_t short_state_size, further;
	uint64_t state_size, disk_size, instructions;
	char words[1 + sizeof(VMSTATE_DISK_TAG) - 1];
};

static unsigned char *part_at(unsigned char *disk, enum part part)
{
	return disk + part * CLUSTER;
}

static void put64(unsigned char *to, size_t index, uint64_t value)
{
	value = htobe64(value);
	memcpy(to + index * 8, &value, 8);
}

static void put_header(unsigned char *disk, uint32_t n_snapshots)
{
	const struct header header = {
		.magic = htobe32(0x514649fb),
		.version = htobe32(3),
		.cluster_bits = htobe32(CLUSTER_BITS),
		.size = htobe64(DISK),
		.l1_entries = htobe32(L1_ENTRIES),
		.l1_at = htobe64(L1 * CLUSTER),
		.refcount_table_at = htobe64(REFCOUNT_TABLE * CLUSTER),
		.refcount_table_clusters = htobe32(1),
		.n_snapshots = htobe32(n_snapshots),
		.snapshots_at = htobe64(n_snapshots ? SNAPSHOTS * CLUSTER : 0),
		.refcount_order = htobe32(4), /* 16 bits each */
		.length = htobe32(sizeof(header)),
	};

	memcpy(part_at(disk, HEADER), &header, sizeof(header));
}

static void put_snapshot(unsigned char *disk, size_t length)
{
	struct snapshot_entry entry = {
		.l1_at = htobe64(SNAPSHOT_L1 * CLUSTER),
		.l1_entries = htobe32(L1_ENTRIES),
		.id_length = htobe16(1),
		.name_length = htobe16(sizeof(VMSTATE_DISK_TAG) - 1),
		.short_state_size = htobe32((uint32_t)length),
		.further = htobe32(24),
		.state_size = htobe64(length),
		.disk_size = htobe64(DISK),
		.instructions = htobe64(NOW_UNKNOWN),
	};

	memcpy(entry.words, "1" VMSTATE_DISK_TAG, sizeof(entry.words));
	memcpy(part_at(disk, SNAPSHOTS), &entry, sizeof(entry));
}

/* How many references each cluster has: from L2 on it is two. */
static void put_refcounts(unsigned char *disk, size_t n)
{
	put64(part_at(disk, REFCOUNT_TABLE), 0, REFCOUNTS * CLUSTER);
	for (size_t i = 0; i < n; i++) {
		const uint16_t users = htobe16(i >= L2 ? 2 : 1);

		memcpy(part_at(disk, REFCOUNTS) + 2 * i, &users, 2);
	}
}

/* Both L1 tables refer to the one L2, so L2 and all clusters behind it have two references. */
static void put_tables(unsigned char *disk, size_t n_clusters)
{
	put_refcounts(disk, STATE + n_clusters);
	put64(part_at(disk, L1), 1, L2 * CLUSTER);
	put64(part_at(disk, SNAPSHOT_L1), 1, L2 * CLUSTER);
	for (size_t i = 0; i < n_clusters; i++)
		put64(part_at(disk, L2), i, (STATE + i) * CLUSTER);
}

unsigned char *vmstate_disk_make(const unsigned char *state, size_t length, size_t *disk_length)
{
	size_t n_clusters = (length + CLUSTER - 1) / CLUSTER;
	unsigned char *disk;

	if (n_clusters > L2_ENTRIES)
		return NULL;
	*disk_length = (STATE + n_clusters) * CLUSTER;
	disk = calloc(1, *disk_length);
	if (!disk)
		return NULL;
	put_header(disk, 1);
	put_snapshot(disk, length);
	put_tables(disk, n_clusters);
	memcpy(part_at(disk, STATE), state, length);
	return disk;
}

unsigned char *vmstate_disk_make_empty(size_t *disk_length)
{
	unsigned char *disk;

	*disk_length = SNAPSHOTS * CLUSTER;
	disk = calloc(1, *disk_length);
	if (!disk)
		return NULL;
	put_header(disk, 0);
	put_refcounts(disk, SNAPSHOTS);
	return disk;
}
