/* SPDX-License-Identifier: Apache-2.0 */
/* image_test.c - the guest's file system: the same bytes each time, and what has to be in it. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

#include "core/tests/suite.h"
#include "runner/guest/guest.h"
#include "runner/guest/image.h"
#include "runner/host/tree.h"
#include "runner/kernels/kernel_module.h"
#include "runner/kernels/tests/fake_kernel.h"

static char folder[] = "/tmp/image_test_XXXXXX";
static struct kernel kernel;
static const struct guest_options no_options;

static const char *in_folder(const char *name)
{
	static char paths[8][256];
	static int next;
	char *path = paths[next++ % 8];

	snprintf(path, 256, "%s/%s", folder, name);
	return path;
}

static void resolve(const char *name, const char *module)
{
	const struct kernel_request request = { .files = &name, .n_files = name ? 1 : 0, .module = module };
	char *error = NULL;

	ck_assert_msg(kernel_resolve(&request, &kernel, &error) == 0, "%s", error);
}

static void set_up(void)
{
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	resolve(NULL, NULL); /* the default: fetched by the fixture */
}

static void tear_down(void)
{
	kernel_free(&kernel);
	ck_assert_int_eq(tree_remove(folder), 0);
}

static void write_to(const char *path)
{
	char *error = NULL;

	ck_assert_msg(image_write(&kernel, AGENT, &no_options, path, &error) == 0, "%s", error);
}

static struct blob read_blob(const char *path)
{
	struct blob blob;

	ck_assert_int_eq(tree_read_file(path, &blob.bytes, &blob.length), 0);
	keep(blob.bytes);
	return blob;
}

/* One file of the image; NULL when it is not there. */
static struct blob find_in_image(const char *image, const char *name)
{
	struct archive *archive = archive_read_new();
	struct archive_entry *entry;
	struct blob blob = { NULL, 0 };

	archive_read_support_format_cpio(archive);
	ck_assert_int_eq(archive_read_open_filename(archive, image, 65536), ARCHIVE_OK);
	while (!blob.bytes && archive_read_next_header(archive, &entry) == ARCHIVE_OK) {
		if (strcmp(archive_entry_pathname(entry), name) != 0)
			continue;
		blob.length = (size_t)archive_entry_size(entry);
		blob.bytes = keep(calloc(1, blob.length + 1));
		ck_assert_int_eq(archive_read_data(archive, blob.bytes, blob.length), (la_ssize_t)blob.length);
	}
	archive_read_free(archive);
	return blob;
}

/* The same, and it is there. */
static struct blob from_image(const char *image, const char *name)
{
	struct blob blob = find_in_image(image, name);

	ck_assert_msg(blob.bytes != NULL, "the image has no %s", name);
	return blob;
}

START_TEST(two_builds_are_equal)
{
	struct blob first, second;

	write_to(in_folder("first"));
	sleep(1); /* a time that slips in has whole seconds */
	write_to(in_folder("second"));
	first = read_blob(in_folder("first"));
	second = read_blob(in_folder("second"));
	ck_assert_uint_gt(first.length, 1000000);
	ck_assert_uint_eq(first.length, second.length);
	ck_assert_mem_eq(first.bytes, second.bytes, first.length);
}
END_TEST

START_TEST(entries_are_sorted_and_anonymous)
{
	struct archive *archive = archive_read_new();
	struct archive_entry *entry;
	char before[512] = "";
	int n = 0;

	write_to(in_folder("image"));
	archive_read_support_format_cpio(archive);
	ck_assert_int_eq(archive_read_open_filename(archive, in_folder("image"), 65536), ARCHIVE_OK);
	while (archive_read_next_header(archive, &entry) == ARCHIVE_OK) {
		const char *name = archive_entry_pathname(entry);

		ck_assert_str_lt(before, name);
		snprintf(before, sizeof(before), "%s", name);
		ck_assert_int_eq(archive_entry_mtime(entry), 0);
		ck_assert_int_eq(archive_entry_uid(entry), 0);
		ck_assert_int_eq(archive_entry_gid(entry), 0);
		n++;
	}
	ck_assert_int_eq(archive_format(archive), ARCHIVE_FORMAT_CPIO_SVR4_NOCRC);
	ck_assert_int_eq(archive_filter_code(archive, 0), ARCHIVE_FILTER_NONE);
	ck_assert_int_gt(n, 30);
	archive_read_free(archive);
}
END_TEST

/* Each module that is listed is there, and what it needs is listed before it. */
START_TEST(everything_needed_is_in_it)
{
	static const char *const names[] = { "init", "usr/sbin/ip", "usr/sbin/tc", "usr/bin/tcpdump", "etc/passwd",
		"lib64/ld-linux-x86-64.so.2" };
	char *list, *rest, *line;
	struct blob agent = read_blob(AGENT), init;
	const char *sctp, *udp;

	write_to(in_folder("image"));
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		from_image(in_folder("image"), names[i]);
	init = from_image(in_folder("image"), "init");
	ck_assert_uint_eq(init.length, agent.length);
	ck_assert_mem_eq(init.bytes, agent.bytes, agent.length);
	list = from_image(in_folder("image"), "modules.list").bytes;
	sctp = strstr(list, "/modules/sctp.ko\n");
	udp = strstr(list, "/modules/udp_tunnel.ko\n");
	ck_assert_ptr_nonnull(sctp);
	ck_assert_ptr_nonnull(udp);
	ck_assert_msg(udp < sctp, "sctp comes before what it needs:\n%s", list);
	ck_assert_ptr_nonnull(strstr(list, "/modules/veth.ko\n"));
	ck_assert_ptr_nonnull(strstr(list, "/modules/sch_netem.ko\n"));
	for (rest = list; (line = strsep(&rest, "\n")) && *line;) {
		struct blob module = from_image(in_folder("image"), line + 1);

		ck_assert_msg(memcmp(module.bytes, "\177ELF", 4) == 0, "%s is no ELF file", line);
	}
}
END_TEST

static const char *module_path(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", kernel.modules, name);
	return path;
}

/* A module of the kernel, which may have it compressed, as a file that is not. */
static const char *plain_module(const char *name)
{
	const char *path = module_path(name), *plain;
	char command[2048];

	if (access(path, R_OK) == 0)
		return path;
	plain = in_folder(strrchr(name, '/') + 1);
	snprintf(command, sizeof(command), "xz -dc %s.xz >%s", path, plain);
	ck_assert_int_eq(system(command), 0);
	return plain;
}

/* A kernel like the default one, in a folder, where sctp is compressed. */
START_TEST(compressed_modules_are_put_in_decompressed)
{
	struct blob plain = read_blob(plain_module("kernel/net/sctp/sctp.ko")), in_image;
	char command[2048];

	snprintf(command, sizeof(command),
		"mkdir -p %1$s/k/lib/modules && cp %2$s %1$s/k/vmlinux && cp -r %3$s "
		"%1$s/k/lib/modules/ && "
		"{ ! [ -e %1$s/k/lib/modules/%4$s/kernel/net/sctp/sctp.ko ] || "
		"xz -T1 -0 %1$s/k/lib/modules/%4$s/kernel/net/sctp/sctp.ko; }",
		folder, kernel.vmlinux, kernel.modules, kernel.release);
	ck_assert_int_eq(system(command), 0);
	setenv("SCTPSPEC_CACHE", in_folder("cache"), 1);
	kernel_free(&kernel);
	resolve(in_folder("k"), NULL);
	ck_assert_int_eq(access(module_path("kernel/net/sctp/sctp.ko.xz"), R_OK), 0);
	write_to(in_folder("image"));
	in_image = from_image(in_folder("image"), "modules/sctp.ko");
	ck_assert_uint_eq(in_image.length, plain.length);
	ck_assert_mem_eq(in_image.bytes, plain.bytes, plain.length);
}
END_TEST

/* A module that differs by bytes behind its end, and one with another version in it. */
START_TEST(one_module_is_replaced)
{
	struct blob own = read_blob(plain_module("kernel/net/sctp/sctp.ko"));
	struct blob changed = { keep(calloc(1, own.length + 16)), own.length + 16 }, in_image;
	struct blob veth = read_blob(plain_module("kernel/drivers/net/veth.ko"));

	memcpy(changed.bytes, own.bytes, own.length);
	blob_write(changed, in_folder("my-sctp.ko"));
	kernel_free(&kernel);
	resolve(NULL, in_folder("my-sctp.ko"));
	write_to(in_folder("image"));
	in_image = from_image(in_folder("image"), "modules/my-sctp.ko");
	ck_assert_uint_eq(in_image.length, changed.length);
	in_image = from_image(in_folder("image"), "modules/veth.ko");
	ck_assert_uint_eq(in_image.length, veth.length);
	ck_assert_ptr_nonnull(strstr(from_image(in_folder("image"), "modules.list").bytes, "/modules/my-sctp.ko\n"));
	ck_assert_ptr_null(strstr(from_image(in_folder("image"), "modules.list").bytes, "/modules/sctp.ko\n"));
}
END_TEST

START_TEST(module_for_another_kernel_is_refused)
{
	struct blob module = read_blob(plain_module("kernel/net/sctp/sctp.ko"));
	struct kernel_request request = { .module = in_folder("sctp.ko") };
	struct kernel other;
	char *error = NULL, *magic = memmem(module.bytes, module.length, "vermagic=", 9);

	ck_assert_ptr_nonnull(magic);
	magic[9] = '4';
	blob_write(module, request.module);
	ck_assert_int_eq(kernel_resolve(&request, &other, &error), -EINVAL);
	ck_assert_ptr_nonnull(strstr(error, "sctp.ko is built for the kernel 4"));
	ck_assert_ptr_nonnull(strstr(error, kernel.release));
	free(error);
}
END_TEST

START_TEST(module_that_is_not_loaded_replaces_nothing)
{
	char *error = NULL;

	kernel_free(&kernel);
	resolve(NULL, NULL);
	kernel.module_override = strdup(plain_module("kernel/drivers/net/ifb.ko"));
	ck_assert_int_eq(image_write(&kernel, AGENT, &no_options, in_folder("image"), &error), -EINVAL);
	ck_assert_ptr_nonnull(strstr(error, "would replace the module ifb"));
	free(error);
}
END_TEST

START_TEST(module_that_is_left_out_takes_along_what_needs_it)
{
	const char *list;
	char *error = NULL;

	kernel.module_left_out = strdup("sctp");
	write_to(in_folder("image"));
	list = from_image(in_folder("image"), "modules.list").bytes;
	ck_assert_ptr_null(strstr(list, "sctp"));
	ck_assert_ptr_nonnull(strstr(list, "/modules/veth.ko\n"));
	free(kernel.module_left_out);
	kernel.module_left_out = strdup("sctpx");
	ck_assert_int_eq(image_write(&kernel, AGENT, &no_options, in_folder("image"), &error), -EINVAL);
	ck_assert_ptr_nonnull(strstr(error, "does not load 'sctpx'"));
	free(error);
}
END_TEST

START_TEST(agent_that_is_no_program_is_refused)
{
	char *error = NULL;

	ck_assert_int_lt(image_write(&kernel, "/etc/passwd", &no_options, in_folder("image"), &error), 0);
	ck_assert_str_eq(error, "/etc/passwd is no program for x86-64");
	free(error);
}
END_TEST

/* A folder with a text, a program and links to both, as it would come out of a package. */
static void make_tree(void)
{
	char command[1024];

	snprintf(command, sizeof(command),
		"mkdir -p %1$s/tree/deep && echo text >%1$s/tree/deep/text && "
		"cp /bin/sh %1$s/tree/program && ln -s text %1$s/tree/deep/link && "
		"ln -s .. %1$s/tree/deep/loop",
		folder);
	ck_assert_int_eq(system(command), 0);
}

START_TEST(a_folder_goes_in_with_the_libraries_of_its_programs)
{
	struct image_tree tree = { .path = in_folder("tree"), .name = "/opt/" };
	const struct guest_options with = { .trees = &tree, .n_trees = 1 };
	struct blob text;
	char *error = NULL;

	make_tree();
	ck_assert_msg(image_write(&kernel, AGENT, &with, in_folder("image"), &error) == 0, "%s", error);
	text = from_image(in_folder("image"), "opt/deep/text");
	ck_assert_str_eq(text.bytes, "text\n");
	ck_assert_str_eq(from_image(in_folder("image"), "opt/deep/link").bytes, "text\n");
	from_image(in_folder("image"), "opt/program");
	/* where the loader of this machine looks first */
	ck_assert(find_in_image(in_folder("image"), "lib/x86_64-linux-gnu/libc.so.6").bytes ||
		find_in_image(in_folder("image"), "usr/lib/x86_64-linux-gnu/libc.so.6").bytes);
}
END_TEST

START_TEST(what_cannot_go_in_is_named)
{
	struct image_tree tree = { .path = in_folder("tree"), .name = "/opt" };
	const struct guest_options with = { .trees = &tree, .n_trees = 1 };
	char *error = NULL;

	make_tree();
	tree.name = "/init";
	tree.path = in_folder("tree/deep/text");
	ck_assert_int_eq(image_write(&kernel, AGENT, &with, in_folder("image"), &error), -EEXIST);
	ck_assert_ptr_nonnull(strstr(error, "tree/deep/text into the guest: it has a /init"));

	tree = (struct image_tree){ .path = in_folder("tree"), .name = "/opt" };
	ck_assert_int_eq(truncate(in_folder("tree/deep/text"), 1L << 31), 0);
	ck_assert_int_eq(image_write(&kernel, AGENT, &with, in_folder("image"), &error), -EFBIG);
	ck_assert_ptr_nonnull(strstr(error, "MiB of files are too much for a guest"));

	ck_assert_int_eq(unlink(in_folder("tree/deep/text")), 0);
	ck_assert_int_eq(image_write(&kernel, AGENT, &with, in_folder("image"), &error), -ENOENT);
	ck_assert_ptr_nonnull(strstr(error, "deep/link is a link to nothing"));
	free(error);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("image");
	TCase *tests = tcase_create("image");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 3600);
	tcase_add_test(tests, two_builds_are_equal);
	tcase_add_test(tests, entries_are_sorted_and_anonymous);
	tcase_add_test(tests, everything_needed_is_in_it);
	tcase_add_test(tests, compressed_modules_are_put_in_decompressed);
	tcase_add_test(tests, one_module_is_replaced);
	tcase_add_test(tests, module_for_another_kernel_is_refused);
	tcase_add_test(tests, module_that_is_not_loaded_replaces_nothing);
	tcase_add_test(tests, module_that_is_left_out_takes_along_what_needs_it);
	tcase_add_test(tests, agent_that_is_no_program_is_refused);
	tcase_add_test(tests, a_folder_goes_in_with_the_libraries_of_its_programs);
	tcase_add_test(tests, what_cannot_go_in_is_named);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
