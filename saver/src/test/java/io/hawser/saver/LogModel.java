package io.hawser.saver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.hawser.rpc.v1.StoredMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a user's log has to be like, whatever happened: messages whose append was answered are there, in the order of
 * the answers, until they are acknowledged, expired, collapsed or recalled; those whose append failed may be there, once.
 */
final class LogModel {
    /** A send as its caller knows it. */
    static final class Sent {
        final String text;
        final String requestId;
        /** Empty: to all. */
        final String target;

        final String collapseKey;
        final long expiresMs;
        /** 0: the append was not answered. */
        long seq;
        /** A removal was asked for and may have taken place. */
        boolean maybeGone;
        /** A removal was answered. */
        boolean gone;

        Sent(String text, String requestId, String target, String collapseKey, long expiresMs) {
            this.text = text;
            this.requestId = requestId;
            this.target = target;
            this.collapseKey = collapseKey;
            this.expiresMs = expiresMs;
        }

        boolean isFor(String mailbox) {
            return target.isEmpty() || target.equals(mailbox);
        }
    }

    /** What a mailbox's reader has acknowledged, and the position of one who reads on without looking back. */
    static final class Reader {
        final long begin;
        long acknowledged;
        long position;
        final Set<Long> seen = new HashSet<>();

        Reader(long begin) {
            this.begin = begin;
            acknowledged = begin;
            position = begin;
        }
    }

    final String user;
    final List<Sent> sent = new ArrayList<>();
    final Map<String, Reader> readers = new TreeMap<>();
    private final Map<String, Sent> byText = new HashMap<>();
    private final TreeMap<Long, Sent> bySeq = new TreeMap<>();

    LogModel(String user) {
        this.user = user;
    }

    void issued(Sent message) {
        sent.add(message);
        byText.put(message.text, message);
    }

    long head() {
        return bySeq.isEmpty() ? 0 : bySeq.lastKey();
    }

    /** An append was answered: its seq is nobody else's, and beyond all that were answered before it was sent. */
    void accepted(Sent message, long seq, long headBefore) {
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
            if (missed && seq > reader.acknowledged && !message.maybeGone) {
                fail(
                        "%s/%s was told that all up to %d is complete, and %d was accepted later",
                        user, mailbox, reader.position, seq);
            }
        });
    }

    private void found(Sent message, long seq) {
        Sent other = bySeq.putIfAbsent(seq, message);
        assertThat(other == null || other == message)
                .as("%d was given to %s and to %s", seq, message.text, other == null ? "" : other.text)
                .isTrue();
        message.seq = seq;
        if (!message.collapseKey.isEmpty()) {
            for (Sent older : bySeq.headMap(seq, false).values()) {
                if (older.collapseKey.equals(message.collapseKey) && older.target.equals(message.target)) {
                    older.gone = true;
                    older.maybeGone = true;
                }
            }
        }
    }

    /** A message with a collapse key is on its way: those it would replace may be gone at any moment. */
    void mayCollapse(Sent message) {
        if (!message.collapseKey.isEmpty()) {
            sent.stream()
                    .filter(older -> older != message
                            && older.collapseKey.equals(message.collapseKey)
                            && older.target.equals(message.target))
                    .forEach(older -> older.maybeGone = true);
        }
    }

    /** What was acknowledged may be there again; where a newer one found it settled, without having been collapsed. */
    void mayForgetAcknowledgements() {
        long settled = readers.values().stream()
                .mapToLong(reader -> reader.acknowledged)
                .min()
                .orElse(0);
        bySeq.headMap(settled, true).values().forEach(message -> message.gone = false);
        readers.values().forEach(reader -> reader.acknowledged = reader.begin);
    }

    /** A reader was told that all up to {@code to} is complete. */
    void readUpTo(String mailbox, Reader reader, long to, long nowMs) {
        for (Sent message : bySeq.subMap(reader.position, false, Math.max(to, reader.position), true)
                .values()) {
            boolean due = message.isFor(mailbox) && !message.maybeGone && message.expiresMs > nowMs;
            if (due && message.seq > reader.acknowledged) {
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
        for (Sent message :
                bySeq.tailMap(Math.max(after, reader.acknowledged), false).values()) {
            if (message.isFor(mailbox) && !message.maybeGone && message.expiresMs > nowMs) {
                assertThat(seqs)
                        .as(
                                "%s/%s holds %s, accepted as %d; readers at %d",
                                user, mailbox, message.text, message.seq, reader.acknowledged)
                        .contains(message.seq);
            }
        }
    }

    void returned(String mailbox, Reader reader, StoredMessage stored, long nowMs) {
        Sent message = byText.get(stored.getContent().toStringUtf8());
        assertThat(message)
                .as("%s/%s holds a message of its own", user, mailbox)
                .isNotNull();
        assertThat(message.isFor(mailbox))
                .as("%s is for %s", message.text, mailbox)
                .isTrue();
        assertThat(message.gone).as("%s was removed", message.text).isFalse();
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
