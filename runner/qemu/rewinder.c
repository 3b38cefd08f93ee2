/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/qemu/rewinder.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "runner/qemu/rewind.h"
#include "sentence.h"

struct rewinder {
	struct machine *machine;
	struct loaded_state *state;
	pthread_t thread;
	int done; /* an eventfd */
	int status;
	char *error; /* why, when the status is not 0 */
};

static void *work(void *context)
{
	struct rewinder *rewinder = context;
	const uint64_t one = 1;

	rewinder->status = machine_rewind(rewinder->machine, rewinder->state, &rewinder->error);
	if (rewinder->status == 0)
		rewinder->status = machine_command(rewinder->machine, "cont", NULL, &rewinder->error);
	if (write(rewinder->done, &one, sizeof(one)) < 0)
		rewinder->status = -errno;
	return NULL;
}

int rewinder_start(struct machine *machine, struct loaded_state *state, struct rewinder **out, char **error)
{
	struct rewinder *rewinder = calloc(1, sizeof(*rewinder));
	int status;

	*out = NULL;
	if (!rewinder)
		return no_memory(error);
	*rewinder = (struct rewinder){ .machine = machine, .state = state, .done = eventfd(0, EFD_CLOEXEC) };
	status = rewinder->done < 0 ? -errno : -pthread_create(&rewinder->thread, NULL, work, rewinder);
	if (status == 0) {
		*out = rewinder;
		return 0;
	}
	if (rewinder->done >= 0)
		close(rewinder->done);
	free(rewinder);
	return sentence(error, status, "cannot start a thread");
}

int rewinder_descriptor(const struct rewinder *rewinder)
{
	return rewinder->done;
}

bool rewinder_is_done(const struct rewinder *rewinder)
{
	struct pollfd one = { .fd = rewinder->done, .events = POLLIN };

	return poll(&one, 1, 0) > 0;
}

int rewinder_end(struct rewinder *rewinder, char **error)
{
	int status;

	if (!rewinder)
		return 0;
	pthread_join(rewinder->thread, NULL);
	status = rewinder->status;
	if (status < 0 && error)
		*error = rewinder->error;
	else
		free(rewinder->error);
	close(rewinder->done);
	free(rewinder);
	return status;
}
