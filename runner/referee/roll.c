/* SPDX-License-Identifier: Apache-2.0 */
/* roll.c - see roll.h. */
#include "runner/referee/roll.h"

void roll_add(struct roll *roll, struct association *association)
{
	association->older = roll->newest;
	association->newer = NULL;
	*(roll->newest ? &roll->newest->newer : &roll->oldest) = association;
	roll->newest = association;
}

void roll_remove(struct roll *roll, struct association *association)
{
	*(association->older ? &association->older->newer : &roll->oldest) = association->newer;
	*(association->newer ? &association->newer->older : &roll->newest) = association->older;
	association->older = association->newer = NULL;
}
