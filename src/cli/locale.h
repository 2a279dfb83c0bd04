#ifndef VIGIE_CLI_LOCALE_H
#define VIGIE_CLI_LOCALE_H

/* Chooses the language and the character set, once, at the start. A locale that is not installed
 * but asks for UTF-8 becomes C.UTF-8 with its language in LANGUAGE, so that French shows on a small
 * server too. Numbers are read and written as in C. VIGIE_LOCALEDIR names another folder of
 * translations. */
void locale_start(void);

#endif
