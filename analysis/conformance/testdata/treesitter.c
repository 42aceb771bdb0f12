// Parses files with tree-sitter's parser for TLA+. The arguments are how many
// times to go through all of them, and the files; what is printed is how many
// nanoseconds of processor time the fastest round took.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <tree_sitter/api.h>

const TSLanguage *tree_sitter_tlaplus(void);

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static char *contents(const char *path, long *size) {
  FILE *file = fopen(path, "rb");
  if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (*size = ftell(file)) < 0) {
    perror(path);
    exit(1);
  }
  rewind(file);
  char *text = malloc(*size + 1);
  if (text == NULL || fread(text, 1, *size, file) != (size_t)*size) {
    perror(path);
    exit(1);
  }
  fclose(file);
  return text;
}

int main(int argc, char **argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: treesitter ROUNDS FILE...\n");
    return 2;
  }
  int rounds = atoi(argv[1]), files = argc - 2;
  char **texts = malloc(files * sizeof *texts);
  long *sizes = malloc(files * sizeof *sizes);
  for (int i = 0; i < files; i++) texts[i] = contents(argv[i + 2], &sizes[i]);

  TSParser *parser = ts_parser_new();
  if (!ts_parser_set_language(parser, tree_sitter_tlaplus())) {
    fprintf(stderr, "the grammar is not of this tree-sitter's version\n");
    return 1;
  }
  int64_t best = INT64_MAX;
  for (int round = 0; round < rounds; round++) {
    int64_t begin = now();
    for (int i = 0; i < files; i++) {
      TSTree *tree = ts_parser_parse_string(parser, NULL, texts[i], sizes[i]);
      if (tree == NULL) {
        fprintf(stderr, "no tree for %s\n", argv[i + 2]);
        return 1;
      }
      ts_tree_delete(tree);
    }
    int64_t took = now() - begin;
    if (took < best) best = took;
  }
  printf("%lld\n", (long long)best);
  return 0;
}
