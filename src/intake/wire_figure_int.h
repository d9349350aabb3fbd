/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_figure_int.h - one figure, for the incidents that figures are about.
 */
#ifndef ENT_INTAKE_WIRE_FIGURE_INT_H
#define ENT_INTAKE_WIRE_FIGURE_INT_H
#include "intake/wire_int.h"

struct figure {
	size_t from, to; /* the number with its bound */
	size_t end;      /* behind what is counted */
	size_t noun;     /* its token; 0: none */
	size_t words;    /* between */
	int64_t value, most;
	enum ent_wire_bound bound;
	const char *quantity;
	bool part;
};

/* What the sentence is about. */
struct setting {
	bool attack;      /* it, or one before it in the paragraph, speaks of an attack */
	bool casualties;  /* it speaks of killed or injured */
	const char *fate; /* of the figure before it, and where that ended */
	size_t fate_end;
};

/* A figure whose number begins at i: the token behind it; 0 if there is none. */
size_t ent_wire_figure_at(const struct ent_wire *w, size_t i, const struct setting *s,
                          struct figure *f);

#endif
