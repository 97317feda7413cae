package io.hawser.saver.log;

import static io.hawser.saver.log.Operation.decimal;
import static io.hawser.saver.log.Operation.utf8;

import io.hawser.rpc.id.Seq;
import io.hawser.rpc.v1.MessageState;
import io.hawser.saver.journal.LogState;
import io.hawser.saver.journal.Tombstone;
import io.hawser.saver.redis.LogKeys;
import io.hawser.saver.redis.Reply;
import io.hawser.saver.redis.Script;
import io.hawser.saver.redis.WorkingCopy;
import io.hawser.saver.v1.Appended;
import io.hawser.saver.v1.Link;
import io.hawser.saver.v1.MailboxState;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.lettuce.core.RedisCommandExecutionException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts one log into Redis: numbers first, then messages in portions, requests and tombstones; only the last step makes
 * it usable. The generation is the slot's at the beginning: if it moves meanwhile, the steps are refused and the log
 * stays unknown, which is found out when it is next touched.
 */
final class LogRestore {
    private static final int PORTION_MESSAGES = 128;
    private static final int PORTION_BYTES = 512 << 10;
    /** Steps of one log on their way: many logs share the way, and appends do. */
    private static final int MAX_UNANSWERED = 16;

    private final UserLog log;
    private final LogState state;
    private final LaneSettings settings;
    private final long nowMs;
    private final RedisGate redis;
    private final byte[] generation;
    private final byte[][] keys;
    private final Ended ended;
    private final TreeMap<Long, Tombstone> tombstones = new TreeMap<>();
    private final ArrayDeque<Runnable> steps = new ArrayDeque<>();
    /** How long it stays from then on, where all is acknowledged and MySQL has it; 0: as any other. */
    private long emptyLifetimeMs;

    private int unanswered;
    private @Nullable HawserException failed;
    private boolean lost;

    /** Hears that it is done, or is not. */
    interface Ended {
        /**
         * @param failure null, or what went wrong with Redis
         * @param lost a step was sent and not answered: it may still be taken
         */
        void ended(@Nullable HawserException failure, boolean lost);
    }

    LogRestore(
            UserLog log,
            LogState state,
            LaneSettings settings,
            long nowMs,
            RedisGate redis,
            byte[] generation,
            Ended ended) {
        this.log = log;
        this.state = state;
        this.settings = settings;
        this.nowMs = nowMs;
        this.redis = redis;
        this.generation = generation;
        this.ended = ended;
        this.keys = log.keys.all();
    }

    void run() {
        WorkingCopy copy = redis.copy();
        if (copy == null) {
            ended.ended(HawserException.refusal(ErrorCode.UNAVAILABLE, "Redis: no connection"), false);
            return;
        }
        boolean all = state.messages().isEmpty()
                && state.requests().isEmpty()
                && state.tombstones().isEmpty();
        copy.run(Script.RECONCILE, keys, numbers(all), (reply, failure) -> {
            if (reply != null && reply.outcome() == Script.OK && reply.number(2) == 1) {
                // Only Redis has it: to be written to MySQL.
                log.changed();
            }
            if (reply == null || all || reply.outcome() != Script.OK) {
                end(failure(reply, failure));
            } else {
                long settled = reply.number(1);
                boolean empty = settled >= state.head() && reply.number(2) == 0 && log.persisted();
                emptyLifetimeMs = empty ? log.emptyLifetimeMs(settings) : 0;
                restore(copy, settled);
            }
        });
    }

    /** @param settled all up to this seq is acknowledged, by what Redis knew besides */
    private void restore(WorkingCopy copy, long settled) {
        state.tombstones().forEach(this::bury);
        List<Appended> portion = new ArrayList<>();
        int bytes = 0;
        for (Appended message : state.messages()) {
            if (message.getSeq() <= settled) {
                continue;
            }
            if (message.getExpiresMs() <= nowMs) {
                bury(new Tombstone(message.getSeq(), MessageState.EXPIRED_VALUE));
                continue;
            }
            portion.add(message);
            bytes += message.getContent().size();
            if (portion.size() >= PORTION_MESSAGES || bytes >= PORTION_BYTES) {
                List<Appended> full = portion;
                steps.add(() -> send(copy, full));
                portion = new ArrayList<>();
                bytes = 0;
            }
        }
        if (!portion.isEmpty()) {
            List<Appended> last = portion;
            steps.add(() -> send(copy, last));
        }
        state.requests().forEach(request -> steps.add(() -> remember(copy, request)));
        goOn(copy);
    }

    private byte[][] numbers(boolean all) {
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(generation);
        arguments.add(decimal(all ? 1 : 0));
        arguments.add(decimal(state.head()));
        arguments.add(decimal(state.lastAll()));
        arguments.add(decimal(state.floor()));
        arguments.add(decimal(log.persisted() ? log.emptyLifetimeMs(settings) : 0));
        for (MailboxState mailbox : state.mailboxes()) {
            arguments.add(utf8(mailbox.getMailbox()));
            arguments.add(decimal(mailbox.getAcknowledged()));
            arguments.add(decimal(mailbox.getLastOwn()));
            arguments.add(decimal(mailbox.getBeginsAfter()));
            arguments.add(decimal(mailbox.getSeenMs() == 0 ? nowMs : mailbox.getSeenMs()));
        }
        return arguments.toArray(byte[][]::new);
    }

    private void send(WorkingCopy copy, List<Appended> messages) {
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(generation);
        for (Appended message : messages) {
            long seq = message.getSeq();
            arguments.add(utf8(Seq.generation(seq) + "-" + Seq.n(seq)));
            arguments.add(decimal(seq));
            arguments.add(decimal(message.getExpiresMs()));
            arguments.add(utf8(message.getTarget()));
            arguments.add(utf8(message.getCollapseKey()));
            arguments.add(message.getContent().toByteArray());
        }
        step(copy, Script.RESTORE, keys, arguments);
    }

    private void remember(WorkingCopy copy, Appended request) {
        long left = request.getAcceptedMs() + settings.requestLifetime().toMillis() - nowMs;
        if (left <= 0) {
            return;
        }
        byte[] record = LogKeys.request(log.id.slot(), log.id.app(), log.id.user(), request.getRequestId());
        List<byte[]> arguments = new ArrayList<>(List.of(
                generation,
                request.getBodyHash().toByteArray(),
                decimal(request.getSeq()),
                decimal(request.getAcceptedMs()),
                decimal(left)));
        for (Link link : request.getChainList()) {
            arguments.add(utf8(link.getMailbox()));
            arguments.add(decimal(link.getPrev()));
        }
        byte[][] recordKeys = {log.keys.marker(), log.keys.state(), record};
        step(copy, Script.REMEMBER, recordKeys, arguments);
    }

    private void bury(Tombstone tombstone) {
        tombstones.put(tombstone.seq(), tombstone);
    }

    private byte[][] lastStep() {
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(generation);
        arguments.add(decimal(emptyLifetimeMs));
        tombstones.values().stream()
                .skip(Math.max(0, tombstones.size() - Tombstone.MAX_OF_A_LOG))
                .forEach(each -> {
                    arguments.add(decimal(each.seq()));
                    arguments.add(utf8(each.text()));
                });
        return arguments.toArray(byte[][]::new);
    }

    private void step(WorkingCopy copy, Script script, byte[][] stepKeys, List<byte[]> arguments) {
        unanswered++;
        copy.run(
                script,
                stepKeys,
                arguments.toArray(byte[][]::new),
                (reply, failure) -> answered(copy, failure(reply, failure)));
    }

    private void answered(WorkingCopy copy, @Nullable HawserException failure) {
        failed = failed == null ? failure : failed;
        unanswered--;
        goOn(copy);
    }

    /** The last step is taken when all others are known to have been: what one of them left out would be lost. */
    private void goOn(WorkingCopy copy) {
        while (failed == null && unanswered < MAX_UNANSWERED && !steps.isEmpty()) {
            steps.remove().run();
        }
        if (unanswered > 0) {
            return;
        }
        if (failed != null) {
            end(failed);
            return;
        }
        copy.run(Script.RECONCILED, keys, lastStep(), (reply, problem) -> end(failure(reply, problem)));
        copy.flush();
    }

    private void end(@Nullable HawserException failure) {
        ended.ended(failure, lost);
    }

    private @Nullable HawserException failure(@Nullable Reply reply, @Nullable Throwable failure) {
        // An error that Redis tells of is an answer.
        lost |= reply == null && !(failure instanceof RedisCommandExecutionException);
        return reply != null ? null : new HawserException(ErrorCode.UNAVAILABLE, "Redis: " + failure, failure);
    }
}
