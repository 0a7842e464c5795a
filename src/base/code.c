/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of the numbers of errno(3), getaddrinfo(3) and signal(7), of which C libraries keep few. */
#include "base/code.h"

#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <string.h>
#include <strings.h>

#define COUNT(table) ((int)(sizeof(table) / sizeof((table)[0])))
#define ROW(code)    [code] = #code

/* clang-format off */
static const char errors[][16] = {
	ROW(EPERM), ROW(ENOENT), ROW(ESRCH), ROW(EINTR), ROW(EIO), ROW(ENXIO), ROW(E2BIG),
	ROW(ENOEXEC), ROW(EBADF), ROW(ECHILD), ROW(EAGAIN), ROW(ENOMEM), ROW(EACCES), ROW(EFAULT),
	ROW(ENOTBLK), ROW(EBUSY), ROW(EEXIST), ROW(EXDEV), ROW(ENODEV), ROW(ENOTDIR), ROW(EISDIR),
	ROW(EINVAL), ROW(ENFILE), ROW(EMFILE), ROW(ENOTTY), ROW(ETXTBSY), ROW(EFBIG), ROW(ENOSPC),
	ROW(ESPIPE), ROW(EROFS), ROW(EMLINK), ROW(EPIPE), ROW(EDOM), ROW(ERANGE), ROW(EDEADLK),
	ROW(ENAMETOOLONG), ROW(ENOLCK), ROW(ENOSYS), ROW(ENOTEMPTY), ROW(ELOOP), ROW(ENOMSG),
	ROW(EIDRM), ROW(ECHRNG), ROW(EL2NSYNC), ROW(EL3HLT), ROW(EL3RST), ROW(ELNRNG),
	ROW(EUNATCH), ROW(ENOCSI), ROW(EL2HLT), ROW(EBADE), ROW(EBADR), ROW(EXFULL), ROW(ENOANO),
	ROW(EBADRQC), ROW(EBADSLT), ROW(EBFONT), ROW(ENOSTR), ROW(ENODATA), ROW(ETIME),
	ROW(ENOSR), ROW(ENONET), ROW(ENOPKG), ROW(EREMOTE), ROW(ENOLINK), ROW(EADV), ROW(ESRMNT),
	ROW(ECOMM), ROW(EPROTO), ROW(EMULTIHOP), ROW(EDOTDOT), ROW(EBADMSG), ROW(EOVERFLOW),
	ROW(ENOTUNIQ), ROW(EBADFD), ROW(EREMCHG), ROW(ELIBACC), ROW(ELIBBAD), ROW(ELIBSCN),
	ROW(ELIBMAX), ROW(ELIBEXEC), ROW(EILSEQ), ROW(ERESTART), ROW(ESTRPIPE), ROW(EUSERS),
	ROW(ENOTSOCK), ROW(EDESTADDRREQ), ROW(EMSGSIZE), ROW(EPROTOTYPE), ROW(ENOPROTOOPT),
	ROW(EPROTONOSUPPORT), ROW(ESOCKTNOSUPPORT), ROW(EOPNOTSUPP), ROW(EPFNOSUPPORT),
	ROW(EAFNOSUPPORT), ROW(EADDRINUSE), ROW(EADDRNOTAVAIL), ROW(ENETDOWN), ROW(ENETUNREACH),
	ROW(ENETRESET), ROW(ECONNABORTED), ROW(ECONNRESET), ROW(ENOBUFS), ROW(EISCONN),
	ROW(ENOTCONN), ROW(ESHUTDOWN), ROW(ETOOMANYREFS), ROW(ETIMEDOUT), ROW(ECONNREFUSED),
	ROW(EHOSTDOWN), ROW(EHOSTUNREACH), ROW(EALREADY), ROW(EINPROGRESS), ROW(ESTALE),
	ROW(EUCLEAN), ROW(ENOTNAM), ROW(ENAVAIL), ROW(EISNAM), ROW(EREMOTEIO), ROW(EDQUOT),
	ROW(ENOMEDIUM), ROW(EMEDIUMTYPE), ROW(ECANCELED), ROW(ENOKEY), ROW(EKEYEXPIRED),
	ROW(EKEYREVOKED), ROW(EKEYREJECTED), ROW(EOWNERDEAD), ROW(ENOTRECOVERABLE), ROW(ERFKILL),
	ROW(EHWPOISON),
};

/* Their numbers are negative. */
static const char resolver_errors[][20] = {
#define F(name, code) [-(code)] = #code,
#include "base/gai.def"
#undef F
};

static const char signals[][8] = {
	[SIGHUP] = "HUP", [SIGINT] = "INT", [SIGQUIT] = "QUIT", [SIGILL] = "ILL",
	[SIGTRAP] = "TRAP", [SIGABRT] = "ABRT", [SIGBUS] = "BUS", [SIGFPE] = "FPE",
	[SIGKILL] = "KILL", [SIGUSR1] = "USR1", [SIGSEGV] = "SEGV", [SIGUSR2] = "USR2",
	[SIGPIPE] = "PIPE", [SIGALRM] = "ALRM", [SIGTERM] = "TERM", [SIGSTKFLT] = "STKFLT",
	[SIGCHLD] = "CHLD", [SIGCONT] = "CONT", [SIGSTOP] = "STOP", [SIGTSTP] = "TSTP",
	[SIGTTIN] = "TTIN", [SIGTTOU] = "TTOU", [SIGURG] = "URG", [SIGXCPU] = "XCPU",
	[SIGXFSZ] = "XFSZ", [SIGVTALRM] = "VTALRM", [SIGPROF] = "PROF", [SIGWINCH] = "WINCH",
	[SIGIO] = "IO", [SIGPWR] = "PWR", [SIGSYS] = "SYS",
};
/* clang-format on */

const char *code_name(int code)
{
	const char *name = NULL;

	if (code > 0 && code < COUNT(errors))
		name = errors[code];
	else if (code < 0 && code > -COUNT(resolver_errors))
		name = resolver_errors[-code];
	return name != NULL && name[0] != '\0' ? name : NULL;
}

int code_find(const char *name)
{
	for (int code = 1 - COUNT(resolver_errors); code < COUNT(errors); code++)
		if (code_name(code) != NULL && strcmp(code_name(code), name) == 0)
			return code;
	return 0;
}

int code_signal(const char *name)
{
	if (strncasecmp(name, "SIG", 3) == 0)
		name += 3;
	for (int code = 1; code < COUNT(signals); code++)
		if (signals[code][0] != '\0' && strcasecmp(signals[code], name) == 0)
			return code;
	return 0;
}

const char *code_signal_at(size_t i)
{
	for (int code = 1; code < COUNT(signals); code++)
		if (signals[code][0] != '\0' && i-- == 0)
			return signals[code];
	return NULL;
}
