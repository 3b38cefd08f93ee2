/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_test.c - kernels out of images, packages and folders; and what is said of files that are
 * none. */
#include <check.h>
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/tests/suite.h"
#include "runner/host/tree.h"
#include "runner/kernels/kernel.h"
#include "runner/kernels/kernel_store.h"
#include "runner/kernels/tests/fake_kernel.h"
#include "runner/kernels/vmlinux.h"

static char folder[] = "/tmp/kernel_test_XXXXXX";

static const char *in_folder(const char *name)
{
	static char paths[8][256];
	static int next;
	char *path = paths[next++ % 8];

	snprintf(path, 256, "%s/%s", folder, name);
	return path;
}

static void set_up(void)
{
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	setenv("SCTPSPEC_CACHE", in_folder("cache"), 1);
}

static void tear_down(void)
{
	ck_assert_int_eq(tree_remove(folder), 0);
}

/* ------------------------------------------------------------------ images */

static const char *const filters[] = { "gzip", "bzip2", "xz", "lzma", "zstd", "lz4" };

START_TEST(vmlinux_comes_out_of_a_bzimage)
{
	struct blob vmlinux = fake_good_vmlinux();
	struct vmlinux_banner banner;
	char *error = NULL, *out;
	size_t length;

	blob_write(fake_bzimage(vmlinux, filters[_i]), in_folder("bzImage"));
	ck_assert_msg(vmlinux_extract(in_folder("bzImage"), in_folder("vmlinux"), &banner, &error) == 0, "%s: %s",
		filters[_i], error);
	ck_assert_str_eq(banner.release, FAKE_RELEASE);
	ck_assert_str_eq(banner.version, FAKE_VERSION);
	ck_assert_int_eq(tree_read_file(in_folder("vmlinux"), &out, &length), 0);
	ck_assert_uint_eq(length, vmlinux.length);
	ck_assert_mem_eq(out, vmlinux.bytes, length);
	free(out);
	vmlinux_banner_free(&banner);
}
END_TEST

START_TEST(elf_file_is_taken_as_it_is)
{
	struct vmlinux_banner banner;
	char *error = NULL;

	blob_write(fake_good_vmlinux(), in_folder("elf"));
	ck_assert_int_eq(vmlinux_extract(in_folder("elf"), in_folder("vmlinux"), &banner, &error), 0);
	ck_assert_str_eq(banner.release, FAKE_RELEASE);
	vmlinux_banner_free(&banner);
}
END_TEST

/* QEMU cannot start such an ELF file, but it can start the bzImage. */
START_TEST(kernel_without_an_entry_stays_compressed)
{
	struct blob vmlinux = fake_good_vmlinux(), image;
	struct vmlinux_banner banner;
	char *error = NULL, *out;
	size_t length;

	memset(vmlinux.bytes + 200, 0, 24);
	image = fake_bzimage(vmlinux, "zstd");
	blob_write(image, in_folder("bzImage"));
	ck_assert_int_eq(vmlinux_extract(in_folder("bzImage"), in_folder("vmlinux"), &banner, &error), 0);
	ck_assert_str_eq(banner.release, FAKE_RELEASE);
	ck_assert_int_eq(tree_read_file(in_folder("vmlinux"), &out, &length), 0);
	ck_assert_uint_eq(length, image.length);
	ck_assert_mem_eq(out, image.bytes, length);
	free(out);
	vmlinux_banner_free(&banner);
	blob_write(vmlinux, in_folder("elf"));
	ck_assert_int_eq(vmlinux_extract(in_folder("elf"), in_folder("vmlinux"), &banner, &error), -EINVAL);
	ck_assert_ptr_nonnull(strstr(error, "CONFIG_PVH"));
	free(error);
}
END_TEST

static void refuse_image(struct blob image, const char *words)
{
	struct vmlinux_banner banner;
	char *error = NULL;

	blob_write(image, in_folder("image"));
	ck_assert_int_eq(vmlinux_extract(in_folder("image"), in_folder("vmlinux"), &banner, &error), -EINVAL);
	ck_assert_msg(strstr(error, words) != NULL, "'%s' does not say '%s'", error, words);
	ck_assert_msg(strstr(error, "/image") != NULL, "'%s' does not name the file", error);
	ck_assert_ptr_null(strchr(error, '\n'));
	free(error);
}

START_TEST(what_is_no_kernel_is_refused)
{
	struct blob image = fake_bzimage(fake_good_vmlinux(), "xz");
	struct blob text = { keep(strdup("a letter to a friend")), 20 };
	struct blob not_elf = { keep(calloc(1, 5000)), 5000 };
	struct blob damaged = fake_bzimage(fake_good_vmlinux(), "xz");
	struct blob unknown = fake_bzimage(fake_good_vmlinux(), "gzip");
	struct blob short_one = fake_bzimage(fake_vmlinux(EM_X86_64, "Linux version 1\n"), "zstd");

	refuse_image(text, "no kernel");
	refuse_image((struct blob){ text.bytes, 0 }, "no kernel");
	refuse_image((struct blob){ image.bytes, 600 }, "cut short");
	refuse_image((struct blob){ image.bytes, image.length - 200 }, "cut short");
	refuse_image(fake_bzimage(not_elf, "gzip"), "no ELF file");
	refuse_image(fake_bzimage(fake_vmlinux(EM_AARCH64, "Linux version 1.2.3 x\n"), "lz4"), "not for x86-64");
	refuse_image(fake_bzimage(fake_vmlinux(EM_X86_64, NULL), "gzip"), "does not say its version");
	memset(damaged.bytes + 1024 + 64 + 600, 0x5a, 200);
	refuse_image(damaged, "damaged");
	short_one.bytes[short_one.length - 104] ^= 1; /* the length of what comes out */
	refuse_image(short_one, "damaged");
	memset(unknown.bytes + 1024 + 64, 0xee, 2);
	refuse_image(unknown, "damaged");
}
END_TEST

START_TEST(missing_image_is_named)
{
	struct vmlinux_banner banner;
	char *error = NULL;

	ck_assert_int_eq(vmlinux_extract("/nowhere/bzImage", in_folder("vmlinux"), &banner, &error), -ENOENT);
	ck_assert_str_eq(error, "cannot read /nowhere/bzImage: No such file or directory");
	free(error);
}
END_TEST

/* ------------------------------------------------------------------ packages */

static const char control[] =
	"Package: linux-image-" FAKE_RELEASE "\nVersion: 9.8.7-1\nArchitecture: amd64\nDepends: kmod\n";

#define MODULES "lib/modules/" FAKE_RELEASE "/"

static struct blob text_blob(const char *text)
{
	return (struct blob){ keep(strdup(text)), strlen(text) };
}

static struct blob good_deb(const char *filter)
{
	const struct fake_file files[] = {
		{ "./boot/vmlinuz-" FAKE_RELEASE, fake_bzimage(fake_good_vmlinux(), "zstd") },
		{ "./" MODULES "modules.builtin", text_blob("kernel/net/sctp/sctp.ko\n") },
		{ "./" MODULES "modules.order", text_blob("") },
		{ "../../evil", text_blob("evil") },
		{ "./" MODULES "../../../../../evil", text_blob("evil") },
		{ "./usr/share/doc/x", text_blob("not wanted") },
	};

	return fake_deb(control, files, sizeof(files) / sizeof(*files), filter);
}

static int resolve(const char *const *names, size_t n, struct kernel *kernel, char **error)
{
	const struct kernel_request request = { .files = names, .n_files = n };

	return kernel_resolve(&request, kernel, error);
}

static void refuse_kernel(const char *name, const char *words)
{
	struct kernel kernel;
	char *error = NULL;

	ck_assert_int_lt(resolve(&name, 1, &kernel, &error), 0);
	ck_assert_msg(error && strstr(error, words), "'%s' does not say '%s'", error, words);
	ck_assert_ptr_null(strchr(error, '\n'));
	ck_assert_ptr_null(kernel.vmlinux);
	free(error);
}

START_TEST(package_becomes_a_kernel)
{
	static const char *const compressions[] = { "gzip", "xz", "zstd", "bzip2" };
	const char *name = in_folder("linux.deb");
	struct kernel kernel;
	char *error = NULL, *text;
	char index[512];

	blob_write(good_deb(compressions[_i]), name);
	ck_assert_msg(resolve(&name, 1, &kernel, &error) == 0, "%s", error);
	ck_assert_str_eq(kernel.name, name);
	ck_assert_str_eq(kernel.release, FAKE_RELEASE);
	ck_assert_str_eq(kernel.version, FAKE_VERSION);
	ck_assert_str_eq(kernel.origin, "linux-image-" FAKE_RELEASE " 9.8.7-1");
	ck_assert_uint_eq(strlen(kernel.sha256), 64);
	ck_assert_int_eq(access(kernel.vmlinux, R_OK), 0);
	snprintf(index, sizeof(index), "%s/modules.dep.bin", kernel.modules);
	ck_assert_int_eq(access(index, R_OK), 0);
	ck_assert_int_lt(tree_read_file(in_folder("evil"), &text, NULL), 0);
	kernel_free(&kernel);
}
END_TEST

START_TEST(same_package_is_unpacked_once)
{
	const char *name = in_folder("linux.deb"), *copy = in_folder("copy.deb");
	struct kernel first, second;
	struct stat before, after;
	char *error = NULL;

	blob_write(good_deb("gzip"), name);
	blob_write(good_deb("gzip"), copy);
	ck_assert_int_eq(resolve(&name, 1, &first, &error), 0);
	ck_assert_int_eq(stat(first.vmlinux, &before), 0);
	ck_assert_int_eq(resolve(&copy, 1, &second, &error), 0);
	ck_assert_int_eq(stat(second.vmlinux, &after), 0);
	ck_assert_uint_eq(before.st_ino, after.st_ino);
	ck_assert_str_eq(first.sha256, second.sha256);
	kernel_free(&first);
	kernel_free(&second);
}
END_TEST

START_TEST(split_packages_make_one_kernel)
{
	const struct fake_file image = { "usr/lib/modules/" FAKE_RELEASE "/vmlinuz",
		fake_bzimage(fake_good_vmlinux(), "xz") };
	const struct fake_file modules = { "usr/lib/modules/" FAKE_RELEASE "/modules.order", text_blob("") };
	const char *names[] = { in_folder("binary.deb"), in_folder("modules.deb") };
	struct kernel kernel;
	char *error = NULL;

	blob_write(fake_deb("Package: b\nVersion: 1\n", &image, 1, "xz"), names[0]);
	blob_write(fake_deb("Package: m\nVersion: 1\n", &modules, 1, "xz"), names[1]);
	ck_assert_msg(resolve(names, 2, &kernel, &error) == 0, "%s", error);
	ck_assert_str_eq(kernel.origin, "b 1, m 1");
	kernel_free(&kernel);
	refuse_kernel(names[1], "has no kernel in it");
}
END_TEST

static struct blob good_rpm(const char *architecture, const char *filter)
{
	const struct fake_file files[] = {
		{ "./lib/modules/" FAKE_RELEASE "/vmlinuz", fake_bzimage(fake_good_vmlinux(), "zstd") },
		{ "./" MODULES "modules.builtin", text_blob("kernel/net/sctp/sctp.ko\n") },
		{ "../../evil", text_blob("evil") },
	};

	return fake_rpm("kernel-core", architecture, files, sizeof(files) / sizeof(*files), filter);
}

START_TEST(rpm_becomes_a_kernel)
{
	static const char *const compressions[] = { "gzip", "xz", "zstd", "bzip2" };
	const char *name = in_folder("kernel.rpm");
	struct kernel kernel;
	char *error = NULL, *text;

	blob_write(good_rpm("x86_64", compressions[_i]), name);
	ck_assert_msg(resolve(&name, 1, &kernel, &error) == 0, "%s", error);
	ck_assert_str_eq(kernel.release, FAKE_RELEASE);
	ck_assert_str_eq(kernel.origin, "kernel-core 9.8.7-1.fc99");
	ck_assert_int_lt(tree_read_file(in_folder("evil"), &text, NULL), 0);
	kernel_free(&kernel);
}
END_TEST

/* Fedora's and SUSE's have the modules in packages of their own. */
START_TEST(split_rpms_make_one_kernel)
{
	const struct fake_file image = { "./lib/modules/" FAKE_RELEASE "/vmlinuz",
		fake_bzimage(fake_good_vmlinux(), "xz") };
	const struct fake_file modules = { "./" MODULES "modules.order", text_blob("") };
	const char *names[] = { in_folder("core.rpm"), in_folder("modules.rpm") };
	struct kernel kernel;
	char *error = NULL;

	blob_write(fake_rpm("core", "x86_64", &image, 1, "zstd"), names[0]);
	blob_write(fake_rpm("modules", "x86_64", &modules, 1, "zstd"), names[1]);
	refuse_kernel(names[0], "no modules");
	ck_assert_msg(resolve(names, 2, &kernel, &error) == 0, "%s", error);
	ck_assert_str_eq(kernel.origin, "core 9.8.7-1.fc99, modules 9.8.7-1.fc99");
	kernel_free(&kernel);
}
END_TEST

START_TEST(rpm_that_is_cut_short_is_refused)
{
	struct blob rpm = good_rpm("x86_64", "gzip");

	for (size_t length = 8; length < rpm.length - 16; length += rpm.length / 37) {
		blob_write((struct blob){ rpm.bytes, length }, in_folder("cut.rpm"));
		refuse_kernel(in_folder("cut.rpm"), "cut.rpm is no RPM package, or a damaged one");
	}
	/* headers that claim to be larger than any file */
	memset(rpm.bytes + 96 + 8, 0xff, 8);
	blob_write(rpm, in_folder("huge.rpm"));
	refuse_kernel(in_folder("huge.rpm"), "huge.rpm is no RPM package, or a damaged one");
}
END_TEST

START_TEST(package_for_another_machine_is_refused)
{
	static const char other[] = "Package: linux-image-arm64\nVersion: 1\nArchitecture: arm64\n";
	const struct fake_file files[] = {
		{ "./boot/vmlinuz-1", text_blob("an image for another machine") },
		{ "./lib/modules/1/modules.order", text_blob("") },
	};

	blob_write(fake_deb(other, files, 2, "xz"), in_folder("arm.deb"));
	refuse_kernel(in_folder("arm.deb"), "arm.deb is for arm64, and guests are amd64");
	blob_write(good_rpm("aarch64", "zstd"), in_folder("arm.rpm"));
	refuse_kernel(in_folder("arm.rpm"), "arm.rpm is for aarch64, and guests are x86_64");
}
END_TEST

/*
 * Wherever a package is cut, it is an error; never a crash, and never half a kernel in the cache.
 */
START_TEST(package_that_is_cut_short_is_refused)
{
	struct blob deb = good_deb("gzip");
	char kernels[256];

	snprintf(kernels, sizeof(kernels), "%s/cache/kernels", folder);
	for (size_t length = 8; length < deb.length - 16; length += deb.length / 37) {
		blob_write((struct blob){ deb.bytes, length }, in_folder("cut.deb"));
		refuse_kernel(in_folder("cut.deb"), "cut.deb");
	}
	ck_assert_int_eq(rmdir(kernels), -1); /* the locks */
	ck_assert_int_eq(system("! ls -d $SCTPSPEC_CACHE/kernels/*.new $SCTPSPEC_CACHE/kernels/*[0-9a-f] "
				"2>/dev/null | grep -v lock"),
		0);
}
END_TEST

START_TEST(garbage_is_refused_in_one_line)
{
	struct blob deb = good_deb("gzip");

	refuse_kernel("/nowhere/linux.deb", "cannot read the kernel /nowhere/linux.deb");
	blob_write(text_blob("!<arch>\nwhat follows is no archive at all, whatever the first line "
			     "says\n"),
		in_folder("garbage.deb"));
	refuse_kernel(in_folder("garbage.deb"), "garbage.deb is no Debian package");
	blob_write(text_blob("hello"), in_folder("hello"));
	refuse_kernel(in_folder("hello"), "is no kernel package");
	memset(deb.bytes + deb.length / 2, 0x33, 500);
	blob_write(deb, in_folder("damaged.deb"));
	refuse_kernel(in_folder("damaged.deb"), "damaged");
	refuse_kernel("debian:", "names no Debian suite");
	refuse_kernel("debian:../x", "names no Debian suite");
}
END_TEST

/* Whatever is read of these, the test does not end. */
START_TEST(what_has_no_end_is_not_read)
{
	const char *huge = in_folder("huge.deb"), *pipe = in_folder("pipe.deb");
	FILE *file;

	blob_write(text_blob("!<arch>\n"), huge);
	ck_assert_int_eq(truncate(huge, 100LL << 30), 0);
	refuse_kernel(huge, "huge.deb is no file of a kernel: it has 100.0 GiB, and none has more than 4");
	ck_assert_int_eq(mkfifo(pipe, 0600), 0);
	refuse_kernel(pipe, "pipe.deb is no file of a kernel: it is no regular file");
	refuse_kernel("/dev/zero", "/dev/zero is no file of a kernel: it is no regular file");
	/* As part of a folder. */
	ck_assert_int_eq(tree_make(in_folder("built/lib/modules/" FAKE_RELEASE)), 0);
	ck_assert_int_eq(symlink("/dev/zero", in_folder("built/vmlinuz")), 0);
	file = fopen(in_folder("built/lib/modules/" FAKE_RELEASE "/modules.order"), "we");
	ck_assert_ptr_nonnull(file);
	fclose(file);
	refuse_kernel(in_folder("built"), "built/vmlinuz is no file of a kernel: it is no regular file");
}
END_TEST

START_TEST(package_without_parts_is_refused)
{
	const struct fake_file image = { "boot/vmlinuz-1", fake_bzimage(fake_good_vmlinux(), "xz") };
	const struct fake_file others[] = { image, { "lib/modules/1.2.3/modules.order", text_blob("") } };

	blob_write(fake_deb(control, &image, 1, "xz"), in_folder("alone.deb"));
	refuse_kernel(in_folder("alone.deb"), "no modules");
	blob_write(fake_deb(control, others, 2, "xz"), in_folder("others.deb"));
	refuse_kernel(in_folder("others.deb"), "no modules for the kernel " FAKE_RELEASE);
	blob_write(fake_deb("Section: x\n", &image, 1, "xz"), in_folder("nameless.deb"));
	refuse_kernel(in_folder("nameless.deb"), "no Debian package");
}
END_TEST

static void refuse_request(const struct kernel_request *request, const char *words)
{
	struct kernel kernel;
	char *error = NULL;

	ck_assert_int_eq(kernel_resolve(request, &kernel, &error), -EINVAL);
	ck_assert_msg(error && strstr(error, words), "'%s' does not say '%s'", error, words);
	ck_assert_ptr_null(kernel.vmlinux);
	free(error);
}

/* What is named is used, or refused. */
START_TEST(package_of_no_use_is_refused)
{
	const struct fake_file image = { "boot/vmlinuz-1", fake_bzimage(fake_good_vmlinux(), "xz") };
	const struct fake_file others = { "lib/modules/1.2.3/modules.order", text_blob("") };
	const struct fake_file document = { "usr/share/doc/x", text_blob("") };
	const struct fake_file config = { "boot/config-" FAKE_RELEASE, text_blob("CONFIG_X=y\n") };
	const char *names[] = { in_folder("good.deb"), in_folder("more.deb") };
	const struct kernel_request request = { .files = names, .n_files = 2 };
	struct kernel kernel;
	char *error = NULL;

	blob_write(good_deb("gzip"), names[0]);
	blob_write(fake_deb(control, &image, 1, "xz"), names[1]);
	refuse_request(&request, "more.deb has a kernel in it, and so have the packages before it");
	blob_write(fake_deb(control, &others, 1, "xz"), names[1]);
	refuse_request(&request, "the packages have modules for 1.2.3 too, and the kernel is " FAKE_RELEASE);
	blob_write(fake_deb(control, &document, 1, "xz"), names[1]);
	refuse_request(&request, "more.deb has nothing of a kernel in it");
	blob_write(fake_deb(control, &config, 1, "xz"), names[1]);
	ck_assert_msg(kernel_resolve(&request, &kernel, &error) == 0, "%s", error);
	ck_assert_str_ne(kernel.config_sha256, "");
	kernel_free(&kernel);
	names[1] = names[0];
	refuse_request(&request, "good.deb is named twice");
	names[1] = in_folder("hello");
	blob_write(text_blob("hello"), names[1]);
	refuse_request(&request, "hello is no package, and only packages can be several files");
}
END_TEST

START_TEST(modules_of_no_use_are_refused)
{
	const char *name = in_folder("linux.deb");
	struct kernel_request request = { .modules = in_folder("tree") };
	struct kernel kernel;
	char *error = NULL;

	blob_write(good_deb("gzip"), name);
	ck_assert_msg(resolve(&name, 1, &kernel, &error) == 0, "%s", error);
	kernel_free(&kernel);
	refuse_request(&request, "the default kernel has modules of its own");
	request.files = &name;
	request.n_files = 1;
	refuse_request(&request, "linux.deb has modules of its own");
	name = FAKE_RELEASE; /* it is in the cache */
	refuse_request(&request, FAKE_RELEASE " has modules of its own");
	name = "running";
	refuse_request(&request, "running has modules of its own");
	name = "debian:sid";
	refuse_request(&request, "debian:sid has modules of its own");
	request.files = (const char *const[]){ "debian:sid", in_folder("linux.deb") };
	request.n_files = 2;
	refuse_request(&request, "debian:sid is no package");
}
END_TEST

/* ------------------------------------------------------------------ folders */

#define BUILT_IN "kernel/net/sctp/sctp.ko\nkernel/drivers/net/veth.ko\n"

static void make_tree(const char *release)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/tree/lib/modules/%s/modules.order", folder, release);
	ck_assert_int_eq(tree_make_above(path), 0);
	blob_write(text_blob(""), path);
	snprintf(path, sizeof(path), "%s/tree/lib/modules/%s/modules.builtin", folder, release);
	blob_write(text_blob(BUILT_IN), path);
}

START_TEST(folder_is_searched)
{
	const char *name = in_folder("tree");
	struct kernel kernel;
	char *error = NULL;

	make_tree(FAKE_RELEASE);
	refuse_kernel(name, "there is no kernel in");
	blob_write(fake_bzimage(fake_good_vmlinux(), "xz"), in_folder("tree/bzImage"));
	ck_assert_msg(resolve(&name, 1, &kernel, &error) == 0, "%s", error);
	ck_assert_str_eq(kernel.release, FAKE_RELEASE);
	kernel_free(&kernel);
	make_tree("1.2.3");
	refuse_kernel(name, "several module trees");
}
END_TEST

START_TEST(image_goes_with_the_modules_of_its_release)
{
	const char *name = in_folder("bzImage");
	struct kernel_request request = { .files = &name, .n_files = 1 };
	struct kernel kernel;
	char *error = NULL;

	blob_write(fake_bzimage(fake_good_vmlinux(), "xz"), name);
	refuse_kernel(name, "--modules");
	make_tree(FAKE_RELEASE);
	request.modules = in_folder("tree");
	ck_assert_msg(kernel_resolve(&request, &kernel, &error) == 0, "%s", error);
	kernel_free(&kernel);
	request.modules = in_folder("tree/lib/modules/" FAKE_RELEASE);
	ck_assert_msg(kernel_resolve(&request, &kernel, &error) == 0, "%s", error);
	kernel_free(&kernel);
	ck_assert_int_eq(tree_remove(in_folder("tree")), 0);
	make_tree("1.2.3");
	request.modules = in_folder("tree");
	ck_assert_int_lt(kernel_resolve(&request, &kernel, &error), 0);
	ck_assert_ptr_nonnull(strstr(error, "there are no modules for the kernel " FAKE_RELEASE));
	free(error);
}
END_TEST

/* What `make` leaves: everything built in, so that no module has to be a real one. */
static void make_build_tree(void)
{
	ck_assert_int_eq(tree_make(in_folder("build/arch/x86/boot")), 0);
	ck_assert_int_eq(tree_make(in_folder("build/include/config")), 0);
	blob_write(text_blob("CONFIG_X=y\n"), in_folder("build/include/config/auto.conf"));
}

START_TEST(build_tree_is_a_kernel)
{
	const char *name = in_folder("build"), *image = in_folder("build/arch/x86/boot/bzImage");
	struct kernel kernel, again;
	char *error = NULL;

	make_build_tree();
	refuse_kernel(name, "build has no arch/x86/boot/bzImage");
	blob_write(fake_bzimage(fake_good_vmlinux(), "xz"), image);
	refuse_kernel(name, "has not all that a guest needs: sctp, veth: neither built in nor built");
	blob_write(text_blob("kernel/net/sctp/sctp.ko\n"), in_folder("build/modules.builtin"));
	refuse_kernel(name, "has not all that a guest needs: veth: neither built in nor built");
	blob_write(text_blob("not a module"), in_folder("build/veth.ko"));
	refuse_kernel(name, "veth.ko is no kernel module");
	blob_write(text_blob(BUILT_IN), in_folder("build/modules.builtin"));
	ck_assert_msg(resolve(&name, 1, &kernel, &error) == 0, "%s", error);
	ck_assert_str_eq(kernel.release, FAKE_RELEASE);
	/* its image means the tree around it */
	ck_assert_msg(resolve(&image, 1, &again, &error) == 0, "%s", error);
	ck_assert_str_eq(kernel.sha256, again.sha256);
	kernel_free(&again);
	kernel_free(&kernel);
}
END_TEST

/* Contents count, not times: `make` touches much that it does not change. */
START_TEST(build_tree_is_known_by_its_contents)
{
	const char *name = in_folder("build"), *image = in_folder("build/arch/x86/boot/bzImage");
	struct blob other = fake_vmlinux(EM_X86_64, "Linux version " FAKE_RELEASE " (someone) (gcc 1) #2 SMP Other\n");
	struct kernel first, second, third;
	char *error = NULL;

	make_build_tree();
	blob_write(text_blob(BUILT_IN), in_folder("build/modules.builtin"));
	blob_write(fake_bzimage(fake_good_vmlinux(), "xz"), image);
	ck_assert_int_eq(resolve(&name, 1, &first, &error), 0);
	blob_write(fake_bzimage(fake_good_vmlinux(), "xz"), image);
	blob_write(text_blob("CONFIG_X=n\n"), in_folder("build/include/config/auto.conf"));
	ck_assert_int_eq(resolve(&name, 1, &second, &error), 0);
	ck_assert_str_eq(first.sha256, second.sha256);
	blob_write(fake_bzimage(other, "xz"), image);
	ck_assert_int_eq(resolve(&name, 1, &third, &error), 0);
	ck_assert_str_ne(first.sha256, third.sha256);
	ck_assert_str_eq(third.version, "#2 SMP Other");
	kernel_free(&first);
	kernel_free(&second);
	kernel_free(&third);
}
END_TEST

/* As a distribution installs it: boot/vmlinuz-RELEASE beside lib/modules/RELEASE. */
START_TEST(installed_kernel_is_found_from_either_side)
{
	const char *image = in_folder("tree/boot/vmlinuz-" FAKE_RELEASE);
	const char *modules = in_folder("tree/lib/modules/" FAKE_RELEASE);
	struct kernel kernel, same;
	char *error = NULL;

	make_tree(FAKE_RELEASE);
	refuse_kernel(modules, "there is no kernel for the modules in");
	ck_assert_int_eq(tree_make_above(image), 0);
	blob_write(fake_bzimage(fake_good_vmlinux(), "lz4"), image);
	ck_assert_msg(resolve(&modules, 1, &kernel, &error) == 0, "%s", error);
	ck_assert_msg(resolve(&image, 1, &same, &error) == 0, "%s", error);
	ck_assert_str_eq(kernel.sha256, same.sha256);
	ck_assert_str_eq(kernel.origin, image);
	kernel_free(&same);
	kernel_free(&kernel);
	blob_write(
		text_blob("kernel/net/sctp/sctp.ko\n"), in_folder("tree/lib/modules/" FAKE_RELEASE "/modules.builtin"));
	refuse_kernel(modules, "lacks modules that a guest needs: veth");
}
END_TEST

/* ------------------------------------------------------------------ the store */

START_TEST(stored_kernel_has_names)
{
	const char *name = in_folder("linux.deb");
	const char *names[] = { FAKE_RELEASE, NULL, "linux-image-" FAKE_RELEASE " 9.8.7-1" };
	struct kernel kernel;
	char *error = NULL, key[13];

	blob_write(good_deb("gzip"), name);
	refuse_kernel(FAKE_RELEASE, "no such file, and none of that name in the cache");
	ck_assert_int_eq(resolve(&name, 1, &kernel, &error), 0);
	snprintf(key, sizeof(key), "%s", kernel.sha256);
	names[1] = key;
	kernel_free(&kernel);
	for (int i = 0; i < 3; i++) {
		ck_assert_msg(resolve(&names[i], 1, &kernel, &error) == 0, "%s", error);
		ck_assert_int_eq(strncmp(kernel.sha256, key, 12), 0);
		kernel_free(&kernel);
	}
	key[5] = '\0'; /* too short to be sure */
	refuse_kernel(key, "none of that name");
}
END_TEST

START_TEST(damage_is_found)
{
	const char *name = in_folder("linux.deb");
	struct stored_kernels stored;
	struct kernel kernel;
	struct blob blob;
	char *error = NULL, *vmlinux;

	blob_write(good_deb("gzip"), name);
	ck_assert_int_eq(resolve(&name, 1, &kernel, &error), 0);
	vmlinux = strdup(kernel.vmlinux);
	ck_assert_int_eq(kernel_store_list(&stored, &error), 0);
	ck_assert_uint_eq(stored.n, 1);
	ck_assert_msg(kernel_store_verify(&stored.all[0], &error) == 0, "%s", error);
	ck_assert_int_eq(tree_read_file(vmlinux, &blob.bytes, &blob.length), 0);
	blob.bytes[blob.length / 2] ^= 1;
	blob_write(blob, vmlinux);
	ck_assert_int_eq(kernel_store_verify(&stored.all[0], &error), -EUCLEAN);
	ck_assert_ptr_nonnull(strstr(error, "vmlinux is not what it was"));
	unlink(vmlinux);
	ck_assert_int_eq(kernel_store_verify(&stored.all[0], &error), -EUCLEAN);
	/* in use, then not */
	ck_assert_int_eq(kernel_store_remove(&stored.all[0], &error), -EBUSY);
	ck_assert_ptr_nonnull(strstr(error, "is in use"));
	free(error);
	kernel_free(&kernel);
	ck_assert_int_eq(kernel_store_remove(&stored.all[0], &error), 0);
	stored_kernels_free(&stored);
	ck_assert_int_eq(kernel_store_list(&stored, &error), 0);
	ck_assert_uint_eq(stored.n, 0);
	stored_kernels_free(&stored);
	free(blob.bytes);
	free(vmlinux);
}
END_TEST

START_TEST(replacement_has_to_be_a_module)
{
	const char *name = in_folder("linux.deb");
	struct kernel_request request = { .files = &name, .n_files = 1, .module = in_folder("sctp.ko") };
	struct kernel kernel;
	char *error = NULL;

	blob_write(good_deb("gzip"), name);
	ck_assert_int_lt(kernel_resolve(&request, &kernel, &error), 0);
	ck_assert_ptr_nonnull(strstr(error, "cannot read the module"));
	blob_write(text_blob("no module"), request.module);
	ck_assert_int_lt(kernel_resolve(&request, &kernel, &error), 0);
	ck_assert_ptr_nonnull(strstr(error, "sctp.ko is no kernel module"));
	free(error);
}
END_TEST

START_TEST(cache_that_cannot_be_written_is_named)
{
	const char *name = in_folder("linux.deb");

	blob_write(good_deb("gzip"), name);
	blob_write(text_blob("in the way"), in_folder("file"));
	setenv("SCTPSPEC_CACHE", in_folder("file"), 1);
	refuse_kernel(name, "cannot use the cache folder");
	setenv("SCTPSPEC_CACHE", "/dev/full/cache", 1);
	refuse_kernel(name, "SCTPSPEC_CACHE names another");
}
END_TEST

static void add_tests(Suite *suite)
{
	TCase *images = tcase_create("images"), *packages = tcase_create("packages"),
	      *folders = tcase_create("folders");
	TCase *const all[] = { images, packages, folders };

	for (size_t i = 0; i < 3; i++) {
		tcase_add_checked_fixture(all[i], set_up, tear_down);
		tcase_set_timeout(all[i], 3600);
		suite_add_tcase(suite, all[i]);
	}
	tcase_add_loop_test(images, vmlinux_comes_out_of_a_bzimage, 0, sizeof(filters) / sizeof(*filters));
	tcase_add_test(images, elf_file_is_taken_as_it_is);
	tcase_add_test(images, kernel_without_an_entry_stays_compressed);
	tcase_add_test(images, what_is_no_kernel_is_refused);
	tcase_add_test(images, missing_image_is_named);
	tcase_add_loop_test(packages, package_becomes_a_kernel, 0, 4);
	tcase_add_test(packages, same_package_is_unpacked_once);
	tcase_add_test(packages, split_packages_make_one_kernel);
	tcase_add_test(packages, package_that_is_cut_short_is_refused);
	tcase_add_loop_test(packages, rpm_becomes_a_kernel, 0, 4);
	tcase_add_test(packages, split_rpms_make_one_kernel);
	tcase_add_test(packages, rpm_that_is_cut_short_is_refused);
	tcase_add_test(packages, package_for_another_machine_is_refused);
	tcase_add_test(packages, garbage_is_refused_in_one_line);
	tcase_add_test(packages, what_has_no_end_is_not_read);
	tcase_add_test(packages, package_without_parts_is_refused);
	tcase_add_test(packages, package_of_no_use_is_refused);
	tcase_add_test(packages, modules_of_no_use_are_refused);
	tcase_add_test(folders, folder_is_searched);
	tcase_add_test(folders, image_goes_with_the_modules_of_its_release);
	tcase_add_test(folders, build_tree_is_a_kernel);
	tcase_add_test(folders, build_tree_is_known_by_its_contents);
	tcase_add_test(folders, installed_kernel_is_found_from_either_side);
	tcase_add_test(folders, stored_kernel_has_names);
	tcase_add_test(folders, damage_is_found);
	tcase_add_test(folders, replacement_has_to_be_a_module);
	tcase_add_test(folders, cache_that_cannot_be_written_is_named);
}

int main(void)
{
	Suite *suite = suite_create("kernel");

	add_tests(suite);
	return run_tests(suite);
}
