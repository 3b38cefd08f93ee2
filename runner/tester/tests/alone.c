/* SPDX-License-Identifier: Apache-2.0 */
/* alone.c - a case that must fail (failing.h): with a tester that is not alone at its end, as its kernel has addresses
 * again, and answers. */
#include "runner/engine/tests/failing/failing.h"
#include "runner/tester/tester.h"

SHOWN_IN(&topology_one_path, open_tester, "error", "b's own kernel has sent a packet")
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);

	inject(t, link_down(0, AT_B));
	mend(t, link_down(0, AT_B)); /* with this the kernel has what open_tester() took away */
	kernel_connects(t, b);
}
