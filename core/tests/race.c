/* SPDX-License-Identifier: Apache-2.0 */
/* race.c - two threads and one number: ThreadSanitizer must say so, where the tests run. */
#include <pthread.h>
#include <stdio.h>

static int number;

static void *count(void *unused)
{
	(void)unused;
	for (int i = 0; i < 1000; i++)
		number++;
	return NULL;
}

int main(void)
{
	pthread_t other;

	if (pthread_create(&other, NULL, count, NULL) != 0)
		return 1;
	count(NULL);
	pthread_join(other, NULL);
	printf("%d\n", number);
	return 0;
}
