/* SPDX-License-Identifier: Apache-2.0 */
/* hmac.c - the HMAC of AUTH (RFC 4895 sections 6.1 and 6.2). */
#include <nettle/hmac.h>
#include <string.h>

#include "runner/referee/model.h"

enum { SHA1 = 1, SHA256 = 3, FIXED = 4, HEADER = 4 };

/* The one that is the smaller number comes first; the longer one is larger, as neither begins with zeros. */
static bool is_larger(const struct extensions *a, const struct extensions *b)
{
	if (a->key_vector_length != b->key_vector_length)
		return a->key_vector_length > b->key_vector_length;
	return memcmp(a->key_vector, b->key_vector, a->key_vector_length) > 0;
}

struct authenticated {
	const uint8_t *head; /* AUTH up to its HMAC, */
	size_t zeros;        /* so many zeros for that, */
	const uint8_t *rest; /* and all that is behind it */
	size_t length;
};

#define COMPUTE(name, algorithm, context_type, set_key, update, digest)                                     \
	static void name(const uint8_t *key, size_t length, const struct authenticated *what, uint8_t *out) \
	{                                                                                                   \
		static const uint8_t zeros[algorithm##_DIGEST_SIZE];                                        \
		struct context_type context;                                                                \
		set_key(&context, length, key);                                                             \
		update(&context, HEADER + FIXED, what->head);                                               \
		update(&context, what->zeros, zeros);                                                       \
		update(&context, what->length, what->rest);                                                 \
		digest(&context, algorithm##_DIGEST_SIZE, out);                                             \
	}

COMPUTE(compute_sha1, SHA1, hmac_sha1_ctx, hmac_sha1_set_key, hmac_sha1_update, hmac_sha1_digest)
COMPUTE(compute_sha256, SHA256, hmac_sha256_ctx, hmac_sha256_set_key, hmac_sha256_update, hmac_sha256_digest)

enum hmac hmac_judge(const struct end *self, const struct packet *packet, const struct chunk *auth)
{
	const struct extensions *own = self->extensions, *peers = self->peer->extensions;
	uint8_t key[2 * KEY_VECTOR_MAX], right[SHA256_DIGEST_SIZE];
	const size_t size = auth->auth.hmac == SHA1 ? SHA1_DIGEST_SIZE
		: auth->auth.hmac == SHA256         ? SHA256_DIGEST_SIZE
						    : 0;
	if (!own || !peers || own->key_vector_length == 0 || peers->key_vector_length == 0 || !auth->decoded ||
		auth->auth.key != 0 || size == 0 || auth->captured != FIXED + size || packet->truncated ||
		!packet->sctp)
		return HMAC_UNKNOWN;
	const struct extensions *first = is_larger(own, peers) ? peers : own, *second = first == own ? peers : own;
	memcpy(key, first->key_vector, first->key_vector_length);
	memcpy(key + first->key_vector_length, second->key_vector, second->key_vector_length);
	const uint8_t *rest = auth->value + FIXED + size;
	const struct authenticated what = { auth->value - HEADER, size, rest,
		(size_t)(packet->sctp + packet->sctp_length - rest) };
	(size == SHA1_DIGEST_SIZE ? compute_sha1 : compute_sha256)(
		key, own->key_vector_length + peers->key_vector_length, &what, right);
	return memcmp(right, auth->value + FIXED, size) == 0 ? HMAC_RIGHT : HMAC_WRONG;
}
