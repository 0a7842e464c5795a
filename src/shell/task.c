/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tasks: threads that pass one baton around, and barriers between them; pthread_cond_wait(3). */
#include "shell/task.h"

#include "base/memory.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* What belongs to the flow of lines that runs: swapped when another one goes on. */
struct flow_state {
	struct content got;
	bool has_got;
	struct buf diagnosis;
	const struct source *source;
	nanoseconds again;
	int exit_status;
	unsigned int depth;
	bool is_woken;
};

struct task {
	struct task *next;
	char *name;
	struct shell *shell;
	const struct block *block;
	const struct source *source; /* that the lines stand in */
	struct flow_state state;
	struct error err;
	pthread_t thread;
	bool is_over, has_failed, is_cancelled;
};

struct barrier {
	struct barrier *next;
	char *name;
	uint64_t arrived, generation;
};

struct tasks {
	pthread_mutex_t mutex;
	pthread_cond_t turned;
	struct task *list;
	struct task *running; /* NULL: the main flow */
	struct barrier *barriers;
	struct channel **closed; /* endpoints that a flow may still look at */
	size_t closed_count;
	bool is_stirred;
};

static struct tasks *tasks_of(struct shell *shell)
{
	struct tasks *tasks = shell->tasks;

	if (tasks != NULL)
		return tasks;
	tasks = shell->tasks = memory_new(sizeof(*tasks));
	pthread_mutex_init(&tasks->mutex, NULL);
	pthread_cond_init(&tasks->turned, NULL);
	return tasks;
}

bool task_is_running(const struct shell *shell)
{
	return shell->tasks != NULL && shell->tasks->running != NULL;
}

bool task_is_cancelled(const struct shell *shell)
{
	return task_is_running(shell) && shell->tasks->running->is_cancelled;
}

bool task_is_stirred(const struct shell *shell)
{
	return shell->tasks != NULL && shell->tasks->is_stirred;
}

static void state_save(const struct shell *shell, struct flow_state *state)
{
	*state = (struct flow_state){
		.got = shell->got,
		.has_got = shell->has_got,
		.diagnosis = shell->diagnosis,
		.source = shell->source,
		.again = shell->again,
		.exit_status = shell->exit_status,
		.depth = shell->depth,
		.is_woken = shell->is_woken,
	};
}

static void state_load(struct shell *shell, const struct flow_state *state)
{
	shell->got = state->got;
	shell->has_got = state->has_got;
	shell->diagnosis = state->diagnosis;
	shell->source = state->source;
	shell->again = state->again;
	shell->exit_status = state->exit_status;
	shell->depth = state->depth;
	shell->is_woken = state->is_woken;
}

/* The baton goes to whom it is for, and comes back; the mutex is held. */
static void hand_over(struct tasks *tasks, struct task *to, const struct task *own)
{
	tasks->running = to;
	pthread_cond_broadcast(&tasks->turned);
	while (tasks->running != own)
		pthread_cond_wait(&tasks->turned, &tasks->mutex);
}

void task_yield(struct shell *shell)
{
	struct tasks *tasks = shell->tasks;

	hand_over(tasks, NULL, tasks->running);
}

/* From the main flow: until the task waits, or is over. */
static void resume(struct task *task)
{
	struct shell *shell = task->shell;
	struct flow_state own;

	state_save(shell, &own);
	state_load(shell, &task->state);
	hand_over(shell->tasks, task, NULL);
	state_save(shell, &task->state);
	state_load(shell, &own);
}

static void *run_thread(void *context)
{
	struct task *task = context;
	struct tasks *tasks = task->shell->tasks;

	pthread_mutex_lock(&tasks->mutex);
	while (tasks->running != task)
		pthread_cond_wait(&tasks->turned, &tasks->mutex);
	task->has_failed = shell_run_block(task->shell, task->block, &task->err) < 0;
	task->is_over = true;
	tasks->is_stirred = true;
	tasks->running = NULL;
	pthread_cond_broadcast(&tasks->turned);
	pthread_mutex_unlock(&tasks->mutex);
	return NULL;
}

static struct task *find(struct shell *shell, const char *name)
{
	struct task *task = shell->tasks != NULL ? shell->tasks->list : NULL;

	while (task != NULL && strcmp(task->name, name) != 0)
		task = task->next;
	return task;
}

/* The main flow holds the mutex for as long as there are tasks, but while it waits for the baton. */
int task_start(struct shell *shell, const char *name, const struct block *block, struct error *err)
{
	struct tasks *tasks = tasks_of(shell);
	struct task *task;
	int failed;

	if (task_is_running(shell))
		return error_usage(err, "a task starts no others");
	if (find(shell, name) != NULL)
		return error_usage(err, "there is a task %s already: join it first", name);
	if (tasks->list == NULL)
		pthread_mutex_lock(&tasks->mutex);
	task = memory_new(sizeof(*task));
	*task = (struct task){ .name = memory_string(name), .shell = shell, .block = block,
			       .source = shell->source, .state.source = shell->source, .next = tasks->list };
	tasks->list = task;
	failed = pthread_create(&task->thread, NULL, run_thread, task);
	if (failed == 0) {
		resume(task);
		return 0;
	}
	tasks->list = task->next;
	free(task->name);
	free(task);
	if (tasks->list == NULL)
		pthread_mutex_unlock(&tasks->mutex);
	return error_code(err, failed, "task %s", name);
}

/* One that is over; what was closed meanwhile nobody looks at any more once it was the last. */
static void forget(struct task *task)
{
	struct tasks *tasks = task->shell->tasks;
	struct task **place = &tasks->list;

	while (*place != task)
		place = &(*place)->next;
	*place = task->next;
	if (tasks->list == NULL)
		pthread_mutex_unlock(&tasks->mutex);
	pthread_join(task->thread, NULL);
	content_release(&task->state.got);
	buf_release(&task->state.diagnosis);
	free(task->name);
	free(task);
	for (; tasks->list == NULL && tasks->closed_count > 0; tasks->closed_count--)
		channel_free(tasks->closed[tasks->closed_count - 1]);
}

void task_run_all(struct shell *shell)
{
	struct tasks *tasks = shell->tasks;

	if (tasks == NULL)
		return;
	tasks->is_stirred = false;
	for (struct task *task = tasks->list; task != NULL; task = task->next)
		if (!task->is_over)
			resume(task);
}

/* Its failure with its report; then it is forgotten. */
static int conclude(struct shell *shell, struct task *task, struct error *err)
{
	int result = task->has_failed ? -1 : 0;

	if (result < 0) {
		if (err != NULL)
			*err = task->err;
		error_context(err, "task %s", task->name);
		buf_clear(&shell->diagnosis);
		buf_add(&shell->diagnosis, buf_text(&task->state.diagnosis), task->state.diagnosis.length);
	}
	forget(task);
	return result;
}

int task_find_failed(struct shell *shell, struct error *err)
{
	struct task *task = shell->tasks != NULL ? shell->tasks->list : NULL;

	while (task != NULL && !task->has_failed)
		task = task->next;
	shell->task_failed |= task != NULL;
	return task != NULL ? conclude(shell, task, err) : 0;
}

/* 1 it is over, 0 the time is, -1: it failed and is gone, or another one did. */
static int await_end(const struct task *task, nanoseconds until, struct error *err)
{
	int waited = 1;

	while (waited > 0 && !task->is_over)
		waited = shell_wait(task->shell, -1, 0, until, err);
	return waited;
}

int task_join(struct shell *shell, const struct step *step, const char *name, struct error *err)
{
	struct task *task = find(shell, name);
	int waited;

	if (task_is_running(shell))
		return error_usage(err, "a task joins no others: sync waits for them");
	if (task == NULL)
		return error_usage(err, "there is no task \"%s\"", name);
	waited = await_end(task, shell_deadline(shell, step), err);
	if (waited < 0)
		return -1;
	return waited == 0 ? shell_timed_out(shell, step, name, err) : conclude(shell, task, err);
}

static struct task *first_of(struct shell *shell, const struct source *source)
{
	struct task *task = shell->tasks != NULL ? shell->tasks->list : NULL;

	while (task != NULL && source != NULL && task->source != source)
		task = task->next;
	return task;
}

int task_join_all(struct shell *shell, const struct source *source, struct error *err)
{
	struct task *task;

	while (!task_is_running(shell) && (task = first_of(shell, source)) != NULL)
		if (await_end(task, DEADLINE_NEVER, err) < 0 || conclude(shell, task, err) < 0)
			return -1;
	return 0;
}

void task_cancel_all(struct shell *shell)
{
	struct tasks *tasks = shell->tasks;

	struct task *next;

	for (struct task *task = tasks != NULL ? tasks->list : NULL; task != NULL; task = next) {
		task->is_cancelled = true;
		shell->task_failed = false;
		while (!task->is_over)
			resume(task);
		next = task->next;
		forget(task);
	}
	while (tasks != NULL && tasks->barriers != NULL) {
		struct barrier *barrier = tasks->barriers;

		tasks->barriers = barrier->next;
		free(barrier->name);
		free(barrier);
	}
}

static struct barrier *barrier_of(struct tasks *tasks, const char *name)
{
	struct barrier *barrier = tasks->barriers;

	while (barrier != NULL && strcmp(barrier->name, name) != 0)
		barrier = barrier->next;
	if (barrier != NULL)
		return barrier;
	barrier = memory_new(sizeof(*barrier));
	*barrier = (struct barrier){ .name = memory_string(name), .next = tasks->barriers };
	tasks->barriers = barrier;
	return barrier;
}

int task_sync(struct shell *shell, const struct step *step, const char *name, uint64_t parties,
	      struct error *err)
{
	struct tasks *tasks = tasks_of(shell);
	struct barrier *barrier = barrier_of(tasks, name);
	uint64_t generation = barrier->generation;
	nanoseconds until = shell_deadline(shell, step);

	if (++barrier->arrived >= parties) {
		barrier->arrived = 0;
		barrier->generation++;
		tasks->is_stirred = true;
		return 0;
	}
	while (barrier->generation == generation) {
		int waited = shell_wait(shell, -1, 0, until, err);

		if (waited > 0)
			continue;
		barrier->arrived--;
		return waited < 0 ? -1 : shell_timed_out(shell, step, name, err);
	}
	return 0;
}

bool task_keeps(struct shell *shell, struct channel *channel)
{
	struct tasks *tasks = shell->tasks;

	if (tasks == NULL || tasks->list == NULL)
		return false;
	tasks->closed = memory_resize(tasks->closed, tasks->closed_count + 1, sizeof(struct channel *));
	tasks->closed[tasks->closed_count++] = channel;
	tasks->is_stirred = true;
	return true;
}

void task_free_all(struct shell *shell)
{
	struct tasks *tasks = shell->tasks;

	if (tasks == NULL)
		return;
	task_cancel_all(shell);
	pthread_cond_destroy(&tasks->turned);
	pthread_mutex_destroy(&tasks->mutex);
	free(tasks->closed);
	free(tasks);
	shell->tasks = NULL;
}
