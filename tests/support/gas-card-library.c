/* A maker's library of the trade's card contract for the tests, with a card in a file and every fault on request.

   GAS_CARD_DIR names a folder:
     card      the card in the reader; no file, no card. Lines "name value"; "state blank|foreign|user".
     control   one line per order: "<function or *> <fault> [argument]"; the last line that fits holds. Read at every call.
     calls     what was called, one line each: "<function> begin", "<function> end <code>"; "<function> stored" when the card has changed.
   Faults: return <code> · hang · hang-after · segv · segv-after · abort · exit · heap · slow <ms> · beyond <bytes> · garbage · numbers ·
     unsupported · torn <0|1>.
   "-after" acts after the card was written. The library fills its buffers as the contract's field names say and trusts the pointers it is given. */
#define _DEFAULT_SOURCE
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT 32

struct card {
  char state[16];
  char kmm[TEXT], kh[TEXT], dqdm[TEXT], yhh[TEXT], tm[TEXT], sqrq[TEXT], sxrq[TEXT];
  int klx, kzt, ql, cs, ljgql, bkcs, ljyql, syql, bjql, czsx, tzed, oldprice, newprice, sxbj;
};

struct field {
  const char *name;
  size_t at;
  int text;
};

#define TEXT_FIELD(name) {#name, offsetof(struct card, name), 1}
#define NUMBER_FIELD(name) {#name, offsetof(struct card, name), 0}

static const struct field FIELDS[] = {
  TEXT_FIELD(state), TEXT_FIELD(kmm), TEXT_FIELD(kh), TEXT_FIELD(dqdm), TEXT_FIELD(yhh), TEXT_FIELD(tm), TEXT_FIELD(sqrq), TEXT_FIELD(sxrq),
  NUMBER_FIELD(klx), NUMBER_FIELD(kzt), NUMBER_FIELD(ql), NUMBER_FIELD(cs), NUMBER_FIELD(ljgql), NUMBER_FIELD(bkcs), NUMBER_FIELD(ljyql),
  NUMBER_FIELD(syql), NUMBER_FIELD(bjql), NUMBER_FIELD(czsx), NUMBER_FIELD(tzed), NUMBER_FIELD(oldprice), NUMBER_FIELD(newprice),
  NUMBER_FIELD(sxbj),
};
#define FIELD_COUNT (sizeof FIELDS / sizeof FIELDS[0])

static void path_of(char *path, const char *name) {
  const char *dir = getenv("GAS_CARD_DIR");
  snprintf(path, 1024, "%s/%s", dir == NULL ? "." : dir, name);
}

static void note(const char *function, const char *what) {
  char path[1024];
  path_of(path, "calls");
  FILE *file = fopen(path, "a");
  if (file == NULL) return;
  fprintf(file, "%s %s\n", function, what);
  fclose(file);
}

static int finish(const char *function, int code) {
  char what[32];
  snprintf(what, sizeof what, "end %d", code);
  note(function, what);
  return code;
}

/* Looks up the order for a function; returns 1 and its fault and argument when there is one. */
static int order_for(const char *function, char *fault, int *argument) {
  char path[1024], line[256], who[64], what[64];
  int found = 0, value = 0;
  path_of(path, "control");
  FILE *file = fopen(path, "r");
  if (file == NULL) return 0;
  while (fgets(line, sizeof line, file) != NULL) {
    value = 0;
    if (sscanf(line, "%63s %63s %d", who, what, &value) < 2) continue;
    if (strcmp(who, "*") != 0 && strcmp(who, function) != 0) continue;
    strcpy(fault, what);
    *argument = value;
    found = strcmp(what, "none") != 0;
  }
  fclose(file);
  return found;
}

static int load_card(struct card *card) {
  char path[1024], line[256], name[64], value[128];
  memset(card, 0, sizeof *card);
  path_of(path, "card");
  FILE *file = fopen(path, "r");
  if (file == NULL) return 0;
  while (fgets(line, sizeof line, file) != NULL) {
    value[0] = 0;
    if (sscanf(line, "%63s %127[^\n]", name, value) < 1) continue;
    for (size_t index = 0; index < FIELD_COUNT; index += 1) {
      if (strcmp(FIELDS[index].name, name) != 0) continue;
      char *at = (char *)card + FIELDS[index].at;
      if (FIELDS[index].text) snprintf(at, TEXT, "%.31s", value);
      else *(int *)at = atoi(value);
    }
  }
  fclose(file);
  return 1;
}

static void store_card(const struct card *card) {
  char path[1024], fresh[1024];
  path_of(path, "card");
  path_of(fresh, "card.new");
  FILE *file = fopen(fresh, "w");
  if (file == NULL) return;
  for (size_t index = 0; index < FIELD_COUNT; index += 1) {
    const char *at = (const char *)card + FIELDS[index].at;
    if (FIELDS[index].text) fprintf(file, "%s %s\n", FIELDS[index].name, at);
    else fprintf(file, "%s %d\n", FIELDS[index].name, *(const int *)at);
  }
  fclose(file);
  rename(fresh, path);
}

/* Corrupts the heap as a wild write would, and uses it until the allocator notices. */
static void corrupt_heap(void) {
  for (int round = 0; round < 1000; round += 1) {
    char *victim = malloc(40);
    char *neighbour = malloc(40);
    memset(victim, 0x5a, 40 + 64);
    free(victim);
    free(neighbour);
  }
  abort();
}

/* What a fault does before the card is touched; returns 1 with the code to return. */
static int act_before(const char *function, const char *fault, int argument, int *code) {
  if (strcmp(fault, "return") == 0) {
    *code = finish(function, argument);
    return 1;
  }
  if (strcmp(fault, "hang") == 0) for (;;) sleep(1);
  if (strcmp(fault, "segv") == 0) *(volatile int *)8 = 1;
  if (strcmp(fault, "abort") == 0) abort();
  if (strcmp(fault, "exit") == 0) exit(3);
  if (strcmp(fault, "heap") == 0) corrupt_heap();
  if (strcmp(fault, "slow") == 0) usleep((useconds_t)argument * 1000);
  return 0;
}

static void act_after(const char *fault) {
  if (strcmp(fault, "hang-after") == 0) for (;;) sleep(1);
  if (strcmp(fault, "segv-after") == 0) *(volatile int *)8 = 1;
}

static int card_code(const struct card *card, int present) {
  if (!present) return -4;
  if (strcmp(card->state, "blank") == 0) return -13;
  if (strcmp(card->state, "foreign") == 0) return -14;
  return strcmp(card->state, "dead") == 0 ? -6 : 0;
}

#define BEGIN(function)                                                    \
  char fault[64] = "";                                                     \
  int argument = 0, code = 0;                                              \
  struct card card;                                                        \
  note(#function, "begin");                                                \
  if (order_for(#function, fault, &argument) && act_before(#function, fault, argument, &code)) return code; \
  int present = load_card(&card);

int CheckGasCard(int com, int baud) {
  BEGIN(CheckGasCard)
  if (com < 0 || baud < 300) return finish("CheckGasCard", -2);
  return finish("CheckGasCard", card_code(&card, present));
}

int ReadGasCard(int com, int baud, char *kmm, short *klx, short *kzt, char *kh, char *dqdm, char *yhh, char *tm, int *ql, short *cs,
                int *ljgql, short *bkcs, int *ljyql, int *syql, int *bjql, int *czsx, int *tzed, char *sqrq, int *oldprice, int *newprice,
                char *sxrq, short *sxbj) {
  BEGIN(ReadGasCard)
  if (com < 0 || baud < 300) return finish("ReadGasCard", -2);
  code = card_code(&card, present);
  if (code != 0) return finish("ReadGasCard", code);
  strcpy(kmm, card.kmm); strcpy(kh, card.kh); strcpy(dqdm, card.dqdm); strcpy(yhh, card.yhh); strcpy(tm, card.tm);
  strcpy(sqrq, card.sqrq); strcpy(sxrq, card.sxrq);
  *klx = card.klx; *kzt = card.kzt; *ql = card.ql; *cs = card.cs; *ljgql = card.ljgql; *bkcs = card.bkcs; *ljyql = card.ljyql;
  *syql = card.syql; *bjql = card.bjql; *czsx = card.czsx; *tzed = card.tzed; *oldprice = card.oldprice; *newprice = card.newprice;
  *sxbj = card.sxbj;
  if (strcmp(fault, "garbage") == 0) memset(kh, 0xfe, 32);
  if (strcmp(fault, "numbers") == 0) *cs = 20000;
  if (strcmp(fault, "beyond") == 0) memset(yhh, 'x', 32 + argument);
  if (strcmp(fault, "unsupported") == 0) {
    *ljgql = *ljyql = *syql = *bjql = *czsx = *tzed = *oldprice = *newprice = -1;
    *bkcs = *sxbj = -1;
    sqrq[0] = sxrq[0] = tm[0] = 0;
  }
  return finish("ReadGasCard", 0);
}

static void take_fields(struct card *card, const char *kmm, short klx, short kzt, const char *yhh, const char *tm, int ql, short cs,
                        int ljgql, short bkcs, int bjql, int czsx, int tzed, const char *sqrq, int oldprice, int newprice,
                        const char *sxrq, short sxbj) {
  snprintf(card->kmm, TEXT, "%s", kmm); snprintf(card->yhh, TEXT, "%s", yhh); snprintf(card->tm, TEXT, "%s", tm);
  snprintf(card->sqrq, TEXT, "%s", sqrq); snprintf(card->sxrq, TEXT, "%s", sxrq);
  card->klx = klx; card->kzt = kzt; card->ql = ql; card->cs = cs; card->ljgql = ljgql; card->bkcs = bkcs; card->bjql = bjql;
  card->czsx = czsx; card->tzed = tzed; card->oldprice = oldprice; card->newprice = newprice; card->sxbj = sxbj;
}

int WriteGasCard(int com, int baud, char *kmm, short klx, short kzt, char *kh, char *dqdm, char *yhh, char *tm, int ql, short cs,
                 int ljgql, short bkcs, int bjql, int czsx, int tzed, char *sqrq, int oldprice, int newprice, char *sxrq, short sxbj) {
  BEGIN(WriteGasCard)
  if (com < 0 || baud < 300) return finish("WriteGasCard", -2);
  code = card_code(&card, present);
  if (code != 0) return finish("WriteGasCard", code);
  if (strcmp(card.kh, kh) != 0 || strcmp(card.dqdm, dqdm) != 0) return finish("WriteGasCard", -16);
  if (ql < 0 || cs < 0 || cs > 9999 || (czsx > 0 && ql > czsx)) return finish("WriteGasCard", -18);
  /* The count rises by one with a purchase on an empty card; on one that still holds gas it stays. */
  if (cs != card.cs && !(card.ql == 0 && cs == card.cs + 1)) return finish("WriteGasCard", -18);
  if (strcmp(fault, "torn") == 0) {
    /* The card leaves the reader when the count has been written and the volume has not. */
    card.cs = cs;
    if (argument > 0) card.ljgql = ljgql;
    store_card(&card);
    note("WriteGasCard", "torn");
    return finish("WriteGasCard", -10);
  }
  take_fields(&card, kmm, klx, card.kzt, yhh, tm, ql, cs, ljgql, bkcs, bjql, czsx, tzed, sqrq, oldprice, newprice, sxrq, sxbj);
  (void)kzt;
  store_card(&card);
  note("WriteGasCard", "stored");
  if (strcmp(fault, "beyond") == 0) memset(yhh, 'x', 32 + argument);
  act_after(fault);
  return finish("WriteGasCard", 0);
}

int WriteNewCard(int com, int baud, char *kmm, short klx, short kzt, char *kh, char *dqdm, char *yhh, char *tm, int ql, short cs,
                 int ljgql, short bkcs, int bjql, int czsx, int tzed, char *sqrq, int oldprice, int newprice, char *sxrq, short sxbj) {
  BEGIN(WriteNewCard)
  if (com < 0 || baud < 300) return finish("WriteNewCard", -2);
  if (!present) return finish("WriteNewCard", -4);
  if (strcmp(card.state, "blank") != 0) return finish("WriteNewCard", -15);
  memset(&card, 0, sizeof card);
  strcpy(card.state, "user");
  snprintf(card.kh, TEXT, "%s", kh); snprintf(card.dqdm, TEXT, "%s", dqdm);
  take_fields(&card, kmm, klx, kzt, yhh, tm, ql, cs, ljgql, bkcs, bjql, czsx, tzed, sqrq, oldprice, newprice, sxrq, sxbj);
  store_card(&card);
  note("WriteNewCard", "stored");
  act_after(fault);
  return finish("WriteNewCard", 0);
}

int FormatGasCard(int com, int baud, char *kh, char *dqdm) {
  BEGIN(FormatGasCard)
  if (com < 0 || baud < 300) return finish("FormatGasCard", -2);
  code = card_code(&card, present);
  if (code != 0) return finish("FormatGasCard", code);
  if (strcmp(card.kh, kh) != 0 || strcmp(card.dqdm, dqdm) != 0) return finish("FormatGasCard", -16);
  memset(&card, 0, sizeof card);
  strcpy(card.state, "blank");
  store_card(&card);
  note("FormatGasCard", "stored");
  return finish("FormatGasCard", 0);
}
