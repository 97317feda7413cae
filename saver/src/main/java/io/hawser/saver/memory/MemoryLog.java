package io.hawser.saver.memory;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.MessageState;
import io.hawser.saver.journal.Tombstone;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A user's log: what its keys hold in Redis, and what the scripts share in working on it. Owned by the lane. */
final class MemoryLog {
    private static final int LOG_BYTES = 500;
    private static final int ENTRY_BYTES = 150;

    long head;
    /** Newest message addressed to all mailboxes. */
    long lastAll;
    /** The first mailbox begins after this seq. */
    long floor;
    /** When it was last worked on. */
    long touchedTick;

    /** In the order of their creation. */
    private final Map<String, Mailbox> mailboxes = new LinkedHashMap<>();

    private final TreeMap<Long, Message> messages = new TreeMap<>();
    private final TreeMap<Long, Tombstone> tombstones = new TreeMap<>();
    private final Map<String, Long> collapse = new HashMap<>();
    private final Map<ByteString, Request> requests = new HashMap<>();
    private final TreeMap<Long, ByteString> requestsBySeq = new TreeMap<>();
    private final int maxRequests;
    /** In which it may be used; empty: in none, it is being restored. */
    private ByteString generation = ByteString.EMPTY;

    private long contentBytes;
    private long chainLinks;
    /** No message ends before. */
    private long nextExpiryMs = Long.MAX_VALUE;

    /** @param maxRequests that are remembered, the newest ones: as many as are read from MySQL */
    MemoryLog(int maxRequests) {
        this.maxRequests = maxRequests;
    }

    boolean usableIn(ByteString present) {
        return generation.equals(present);
    }

    boolean beingRestored() {
        return generation.isEmpty();
    }

    void restored(ByteString present) {
        generation = present;
    }

    /** In memory, roughly. */
    long bytes() {
        long entries =
                (long) messages.size() + tombstones.size() + collapse.size() + requests.size() + mailboxes.size();
        return LOG_BYTES + ENTRY_BYTES * (entries + chainLinks) + contentBytes;
    }

    Map<String, Mailbox> mailboxes() {
        return mailboxes;
    }

    @Nullable
    Mailbox mailbox(String name) {
        return mailboxes.get(name);
    }

    /** A new one begins there. */
    long nextBegin() {
        return mailboxes.isEmpty() ? floor : head;
    }

    Mailbox create(String name, long begin, long nowMs) {
        Mailbox created = new Mailbox(name, begin, begin, 0, nowMs);
        mailboxes.put(name, created);
        return created;
    }

    /** Where nobody is left to read, the next mailbox begins with what comes from here on. */
    void forget(Mailbox mailbox) {
        mailboxes.remove(mailbox.name);
        if (mailboxes.isEmpty()) {
            floor = head;
        }
    }

    /** Whether a message waits for this mailbox, and no other one had it or is to get it. */
    boolean waitsAlone(Mailbox mailbox, long nowMs) {
        // What came before all others began, it alone was there for.
        long othersBegin = mailboxes.values().stream()
                .filter(other -> other != mailbox)
                .mapToLong(other -> other.begin)
                .min()
                .orElse(head);
        return messages.tailMap(mailbox.acknowledged, false).entrySet().stream()
                .filter(each -> each.getValue().expiresMs > nowMs)
                .anyMatch(each -> each.getValue().target().isEmpty()
                        ? each.getKey() <= othersBegin
                        : each.getValue().isFor(mailbox.name));
    }

    /** All up to this seq is acknowledged by every mailbox. */
    long settled() {
        return mailboxes.values().stream()
                .mapToLong(mailbox -> mailbox.acknowledged)
                .min()
                .orElse(floor);
    }

    /** Lets go of what is settled, where more is than before; returns what is. */
    long trim(long before) {
        long settled = settled();
        if (settled > before) {
            var gone = messages.headMap(settled, true);
            gone.forEach(this::discount);
            gone.clear();
            tombstones.headMap(settled, true).clear();
        }
        return settled;
    }

    NavigableMap<Long, Message> messages() {
        return messages;
    }

    long contentBytes() {
        return contentBytes;
    }

    void add(long seq, Message message) {
        messages.put(seq, message);
        contentBytes += message.content.length;
        nextExpiryMs = Math.min(nextExpiryMs, message.expiresMs);
        if (!message.collapseKey().isEmpty()) {
            collapse.put(collapseId(message.target(), message.collapseKey()), seq);
        }
    }

    /** Returns the message that another with this key would take the place of; 0: there is none. */
    long replacedBy(String target, String collapseKey) {
        long old = collapse.getOrDefault(collapseId(target, collapseKey), 0L);
        return old > settled() && messages.containsKey(old) ? old : 0;
    }

    /** Takes a message out, and remembers why. */
    void remove(long seq, int reason) {
        remove(new Tombstone(seq, reason));
    }

    /** Takes a message out, and remembers what is known of it. */
    void remove(Tombstone tombstone) {
        long seq = tombstone.seq();
        Message removed = messages.remove(seq);
        if (removed != null) {
            discount(seq, removed);
        }
        bury(tombstone);
    }

    /** A message goes, and its collapse key with it, where no newer one has that. */
    private void discount(long seq, Message gone) {
        contentBytes -= gone.content.length;
        if (!gone.collapseKey().isEmpty()) {
            collapse.remove(collapseId(gone.target(), gone.collapseKey()), seq);
        }
    }

    void bury(Tombstone tombstone) {
        tombstones.put(tombstone.seq(), tombstone);
        if (tombstones.size() > Tombstone.MAX_OF_A_LOG) {
            tombstones.pollFirstEntry();
        }
    }

    /** Of one that there is none of the reason is 0. */
    Tombstone tombstone(long seq) {
        return tombstones.getOrDefault(seq, new Tombstone(seq, 0));
    }

    /** Takes out all whose time is over. */
    void expire(long nowMs) {
        if (nextExpiryMs > nowMs) {
            return;
        }
        nextExpiryMs = Long.MAX_VALUE;
        var all = messages.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<Long, Message> each = all.next();
            if (each.getValue().expiresMs <= nowMs) {
                long seq = each.getKey();
                discount(seq, each.getValue());
                // The entry may be another's from here on.
                all.remove();
                bury(new Tombstone(seq, MessageState.EXPIRED_VALUE));
            } else {
                nextExpiryMs = Math.min(nextExpiryMs, each.getValue().expiresMs);
            }
        }
    }

    @Nullable
    Request request(ByteString record, long nowMs) {
        Request known = requests.get(record);
        if (known != null && known.untilMs() <= nowMs) {
            forgetRequest(record);
            return null;
        }
        return known;
    }

    void remember(ByteString record, Request request) {
        forgetRequest(record);
        requests.put(record, request);
        requestsBySeq.put(request.seq(), record);
        chainLinks += request.chain().size();
        if (requestsBySeq.size() > maxRequests) {
            forgetRequest(requestsBySeq.firstEntry().getValue());
        }
    }

    private void forgetRequest(ByteString record) {
        Request removed = requests.remove(record);
        if (removed != null) {
            requestsBySeq.remove(removed.seq());
            chainLinks -= removed.chain().size();
        }
    }

    private static String collapseId(String target, String collapseKey) {
        return target + '\0' + collapseKey;
    }
}
