package io.hawser.saver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.rpc.v1.StoredMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;

/**
 * What a user's log has to be like, whatever happened: messages whose append was answered are there, in the order of
 * the answers, until they are acknowledged, expired, collapsed, recalled or displaced; those whose append failed may be there, once.
 */
final class LogModel {
    final String user;
    final List<SentMessage> sent = new ArrayList<>();
    final Map<String, Reader> readers = new TreeMap<>();
    private final Map<String, SentMessage> byText = new HashMap<>();
    private final TreeMap<Long, SentMessage> bySeq = new TreeMap<>();
    /** Mailboxes that a message addressed to one of them alone may have made, and after which seq at least they begin. */
    private final Map<String, Long> mayExist = new HashMap<>();
    /** Messages that were asked for and not answered: savers number them in an order of their own. */
    private final Set<SentMessage> underWay = new HashSet<>();

    /** Numbers of what was erased, by what it was: nobody is given them again. */
    private final TreeMap<Long, SentMessage> erased = new TreeMap<>();

    private boolean everRead;
    private long headWhenForgotten;
    /** Messages sent since there was nobody to read. */
    private int sentWhenForgotten;

    LogModel(String user) {
        this.user = user;
    }

    /** A message is on its way: those it would replace may be gone at any moment, and so may it where one is under way. */
    void asked(SentMessage message) {
        if (byText.putIfAbsent(message.text, message) == null) {
            sent.add(message);
        }
        message.absent = false;
        sent.stream().filter(message::replaces).forEach(older -> older.maybeCollapsed = true);
        message.maybeCollapsed |= underWay.stream().anyMatch(message::replaces);
        underWay.add(message);
        underWay.stream().filter(other -> other.dropsOldest).forEach(this::mayDrop);
        if (!message.target.isEmpty() && !readers.containsKey(message.target)) {
            mayExist.putIfAbsent(message.target, readers.isEmpty() ? headWhenForgotten : head());
        }
    }

    /** Of the newest ones, as many as are allowed besides the message, none makes room for it. */
    private void mayDrop(SentMessage message) {
        for (SentMessage older : sent) {
            long newer = sent.stream()
                    .filter(other -> other != older && other != message && !other.absent && !other.gone)
                    .filter(other -> other.seq == 0 || older.seq == 0 || other.seq > older.seq)
                    .count();
            older.maybeDropped |=
                    older != message && (newer >= message.maxMessages - 1 || mayHaveBeenAcknowledgedAlone(older));
        }
    }

    /** By the mailbox that it is for: then it is the first to make room. */
    private boolean mayHaveBeenAcknowledgedAlone(SentMessage message) {
        Reader reader = message.target.isEmpty() ? null : readers.get(message.target);
        return reader != null && reader.mayHaveAcknowledged >= message.seq;
    }

    /** A mailbox's acknowledgement is on its way: what it has may make room for what is under way. */
    void acknowledging() {
        underWay.stream().filter(other -> other.dropsOldest).forEach(this::mayDrop);
    }

    void answered(SentMessage message) {
        underWay.remove(message);
    }

    long head() {
        long last = bySeq.isEmpty() ? 0 : bySeq.lastKey();
        return erased.isEmpty() ? last : Math.max(last, erased.lastKey());
    }

    /**
     * An append was answered: its seq is nobody else's, and beyond all that were answered before it was sent.
     *
     * @param nowMs when this is told, which may be long after: who read on meanwhile need not have seen what has expired
     */
    void accepted(SentMessage message, long seq, long headBefore, long nowMs) {
        if (message.seq != 0) {
            assertThat(seq).as("seq of a repeated request").isEqualTo(message.seq);
            return;
        }
        assertThat(seq)
                .as("seq of %s, after what was answered before it", message.text)
                .isGreaterThan(headBefore);
        found(message, seq);
        readers.forEach((mailbox, reader) -> {
            boolean missed = message.isFor(mailbox) && seq <= reader.position && !reader.seen.contains(seq);
            if (missed && seq > reader.acknowledged && !message.maybeGone() && !message.expired(nowMs)) {
                fail(
                        "%s/%s was told that all up to %d is complete, and %d was accepted later",
                        user, mailbox, reader.position, seq);
            }
        });
    }

    /** An append was answered with what an earlier one of the same request got. */
    void repeated(SentMessage message, long seq, long nowMs) {
        message.absent = true;
        SentMessage known = bySeq.get(seq);
        if (known != null) {
            assertThat(message.isRepeatOf(known))
                    .as("%s repeats %s", message.text, known.text)
                    .isTrue();
            return;
        }
        List<SentMessage> earlier = earlier(message).stream()
                .filter(each -> each.seq == 0 && !each.absent)
                .toList();
        assertThat(earlier).as("what %s repeats, as %d", message.text, seq).isNotEmpty();
        if (earlier.size() == 1) {
            accepted(earlier.getFirst(), seq, 0, nowMs);
        }
    }

    /**
     * A repeat was accepted as a message of its own.
     *
     * @param rememberedNanos the saver had to know of what was stored of the same request since then
     */
    void acceptedAgain(SentMessage message, long rememberedNanos) {
        for (SentMessage earlier : earlier(message)) {
            boolean forgotten = earlier.askedNanos - rememberedNanos < 0;
            if (forgotten || earlier.askedNanos - message.askedNanos >= 0) {
                continue;
            }
            assertThat(earlier.seq)
                    .as("%s was accepted again as %d: seq of %s", earlier.text, message.seq, message.requestId)
                    .isZero();
            earlier.absent = true;
        }
    }

    List<SentMessage> earlier(SentMessage message) {
        return sent.stream().filter(message::isRepeatOf).toList();
    }

    private void found(SentMessage message, long seq) {
        assertThat(erased).as("numbers of what was erased").doesNotContainKey(seq);
        SentMessage other = bySeq.putIfAbsent(seq, message);
        assertThat(other == null || other == message)
                .as("%d was given to %s and to %s", seq, message.text, other == null ? "" : other.text)
                .isTrue();
        message.seq = seq;
        // What it found settled it did not collapse: that may be there again where acknowledgements are lost.
        long maybeSettled = maybeSettled().orElse(0);
        bySeq.headMap(seq, false).values().stream().filter(message::replaces).forEach(older -> {
            older.gone |= older.seq > maybeSettled;
            older.maybeCollapsed = true;
        });
    }

    /** Returns how many messages there may be in the log at most. */
    int mayBeThere(long nowMs) {
        long settled = settled();
        return (int) sent.stream()
                .filter(message -> !message.absent && !message.gone && !message.expired(nowMs))
                .filter(message -> message.seq == 0 || message.seq > settled)
                .count();
    }

    /** Returns how many messages up to {@code seq} there are in the log at least. */
    int mustBeThere(long seq, long nowMs) {
        long settled = maybeSettled().orElse(seq);
        return settled >= seq
                ? 0
                : (int) bySeq.subMap(settled, false, seq, true).values().stream()
                        .filter(message -> message.due(nowMs))
                        .count();
    }

    /** Returns up to where the saver has to have let go of messages. */
    private long settled() {
        LongStream acknowledged = readers.values().stream().mapToLong(reader -> reader.acknowledged);
        LongStream begins = mayExist.values().stream().mapToLong(begin -> begin);
        return LongStream.concat(acknowledged, begins).min().orElse(0);
    }

    /** Returns up to where the saver may have let go of messages. */
    private OptionalLong maybeSettled() {
        return readers.values().stream()
                .mapToLong(reader -> reader.mayHaveAcknowledged)
                .min();
    }

    /** What was acknowledged may be there again. */
    void mayForgetAcknowledgements() {
        readers.values().forEach(reader -> reader.acknowledged = reader.begin);
    }

    /** A mailbox that was not known was opened. */
    Reader created(String mailbox, OpenMailboxReply reply, long headBefore) {
        long begin = reply.getAcknowledged();
        if (!everRead) {
            assertThat(begin).as("where the first mailbox begins").isZero();
        } else if (readers.isEmpty() || mayExist.containsKey(mailbox)) {
            assertThat(begin)
                    .as("where a mailbox begins after one was forgotten")
                    .isGreaterThanOrEqualTo(mayExist.getOrDefault(mailbox, headWhenForgotten));
        } else {
            assertThat(begin).as("where a later mailbox begins").isGreaterThanOrEqualTo(headBefore);
        }
        if (readers.isEmpty() && mayExist.isEmpty()) {
            sent.stream()
                    .skip(sentWhenForgotten)
                    .filter(message -> message.seq != 0)
                    .forEach(message -> assertThat(message.seq)
                            .as("%s waits for the next mailbox", message.text)
                            .isGreaterThan(begin));
        }
        everRead = true;
        mayExist.remove(mailbox);
        Reader reader = new Reader(begin);
        readers.put(mailbox, reader);
        return reader;
    }

    void forgotten(String mailbox) {
        readers.remove(mailbox);
        mayExist.remove(mailbox);
        headWhenForgotten = head();
        sentWhenForgotten = sent.size();
    }

    /** All there was is gone: messages that turn up again are none that this model knows, and a request is a new one. */
    void erased() {
        headWhenForgotten = head();
        sentWhenForgotten = 0;
        erased.putAll(bySeq);
        bySeq.clear();
        byText.clear();
        sent.clear();
        readers.clear();
        mayExist.clear();
        everRead = true;
    }

    /** A reader was told that all up to {@code to} is complete. */
    void readUpTo(String mailbox, Reader reader, long to, long nowMs) {
        for (SentMessage message : bySeq.subMap(reader.position, false, Math.max(to, reader.position), true)
                .values()) {
            if (message.isFor(mailbox) && message.due(nowMs) && message.seq > reader.acknowledged) {
                assertThat(reader.seen).as("%s/%s up to %d", user, mailbox, to).contains(message.seq);
            }
        }
        reader.position = Math.max(reader.position, to);
    }

    /**
     * A mailbox was loaded completely beyond {@code after}.
     *
     * @param nowMs when it was answered
     */
    void loaded(String mailbox, long after, List<StoredMessage> messages, long nowMs) {
        Reader reader = Objects.requireNonNull(readers.get(mailbox));
        TreeSet<Long> seqs = new TreeSet<>();
        long last = after;
        for (StoredMessage stored : messages) {
            assertThat(stored.getSeq()).as("order in %s/%s", user, mailbox).isGreaterThan(last);
            last = stored.getSeq();
            seqs.add(last);
            returned(mailbox, reader, stored, nowMs);
        }
        for (SentMessage message :
                bySeq.tailMap(Math.max(after, reader.acknowledged), false).values()) {
            if (message.isFor(mailbox) && message.due(nowMs)) {
                assertThat(seqs)
                        .as(
                                "%s/%s holds %s, accepted as %d; readers at %d",
                                user, mailbox, message.text, message.seq, reader.acknowledged)
                        .contains(message.seq);
            }
        }
    }

    void returned(String mailbox, Reader reader, StoredMessage stored, long nowMs) {
        SentMessage message = byText.get(stored.getContent().toStringUtf8());
        assertThat(message)
                .as("%s/%s holds a message of its own", user, mailbox)
                .isNotNull();
        assertThat(message.isFor(mailbox))
                .as("%s is for %s", message.text, mailbox)
                .isTrue();
        assertThat(message.gone).as("%s was removed", message.text).isFalse();
        assertThat(message.absent).as("%s was not stored", message.text).isFalse();
        assertThat(stored.getSeq())
                .as("%s/%s: acknowledged never returns", user, mailbox)
                .isGreaterThan(reader.acknowledged);
        assertThat(message.seq == 0 || message.seq == stored.getSeq())
                .as("%s is there once: %d and %d", message.text, message.seq, stored.getSeq())
                .isTrue();
        assertThat(message.expiresMs).as("%s had expired", message.text).isGreaterThan(nowMs);
        found(message, stored.getSeq());
    }
}
