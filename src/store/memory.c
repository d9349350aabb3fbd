#include "store/store_int.h"
int
ent_store_memory_open(struct ent_str where, struct ent_store **out, struct ent_err *err)
{
	(void)where;
	(void)out;
	return ent_fail(err, ENT_ESTORE, "memory: comes soon");
}
