/* SPDX-License-Identifier: Apache-2.0 */
/* gen_sctp.md section 8: a kernel without SCTP, which is a guest to which the module was not given. */
#include "loopback.h"

START_TEST(b020_open_without_sctp_in_the_kernel)
{
	const struct gs_open_options seqpacket6 = { .family = AF_INET6 };
	const struct gs_open_options stream = { .type = SOCK_STREAM };
	const int before = count_descriptors();
	struct gs_socket *s = NULL;

	expect_status(gs_open(NULL, &s), -ESOCKTNOSUPPORT);
	expect_status(gs_open(&seqpacket6, &s), -ESOCKTNOSUPPORT);
	expect_status(gs_open(&stream, &s), -EPROTONOSUPPORT);
	ck_assert_ptr_null(s);
	ck_assert_int_eq(count_descriptors(), before);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = { b020_open_without_sctp_in_the_kernel };

	return RUN_SUITE("gen_sctp on a kernel without SCTP", tests, release_all);
}
