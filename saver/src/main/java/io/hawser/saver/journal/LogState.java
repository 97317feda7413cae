package io.hawser.saver.journal;

import io.hawser.rpc.v1.MessageState;
import io.hawser.saver.v1.Appended;
import io.hawser.saver.v1.JournalEntry;
import io.hawser.saver.v1.MailboxState;
import io.hawser.saver.v1.Mailboxes;
import io.hawser.saver.v1.MessageRemoved;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A log as it is once journal entries are applied to what the tables have. Applying an entry that the tables already
 * hold changes nothing.
 */
public final class LogState {
    /** As the tables have them, perhaps with what was done since the entries that are still to be applied. */
    private final Map<String, MailboxState> stored = new HashMap<>();

    private final Map<String, MailboxState> mailboxes = new LinkedHashMap<>();
    private final TreeMap<Long, Appended> messages = new TreeMap<>();
    private final Map<String, Appended> requests = new LinkedHashMap<>();
    private final TreeMap<Long, Tombstone> tombstones = new TreeMap<>();
    private final List<Appended> appended = new ArrayList<>();
    private final List<Tombstone> removed = new ArrayList<>();
    private long head;
    private long lastAll;
    private long floor;

    public LogState(StoredLog log) {
        head = log.head();
        lastAll = log.lastAll();
        floor = log.floor();
        log.mailboxes().forEach(mailbox -> stored.put(mailbox.getMailbox(), mailbox));
        log.mailboxes().forEach(mailbox -> mailboxes.put(mailbox.getMailbox(), mailbox));
        log.messages().forEach(message -> messages.put(message.getSeq(), message));
        log.requests().forEach(request -> requests.put(request.getRequestId(), request));
        log.tombstones().forEach(tombstone -> tombstones.put(tombstone.seq(), tombstone));
    }

    /** Returns which messages an entry takes out, with what is known of them. */
    public static List<Tombstone> tombstones(JournalEntry entry) {
        return switch (entry.getWhatCase()) {
            case APPENDED -> tombstones(entry.getAppended());
            case REMOVED -> List.of(tombstone(entry.getRemoved()));
            case CREATED, FORGOTTEN, ERASED, WHAT_NOT_SET -> List.of();
        };
    }

    private static List<Tombstone> tombstones(Appended message) {
        List<Tombstone> taken = new ArrayList<>(0);
        if (message.getCollapsedSeq() != 0) {
            taken.add(new Tombstone(message.getCollapsedSeq(), MessageState.COLLAPSED_VALUE));
        }
        message.getDroppedList().forEach(dropped -> taken.add(tombstone(dropped)));
        return taken;
    }

    private static Tombstone tombstone(MessageRemoved removed) {
        return new Tombstone(removed.getSeq(), removed.getReason(), removed.getMailboxes());
    }

    public void apply(JournalEntry entry) {
        switch (entry.getWhatCase()) {
            case APPENDED -> append(entry.getAppended());
            case CREATED ->
                create(entry.getCreated().getMailbox(), entry.getCreated().getBeginsAfter());
            case REMOVED -> remove(tombstone(entry.getRemoved()));
            case FORGOTTEN ->
                forget(entry.getForgotten().getMailbox(), entry.getForgotten().getFloor());
            case ERASED -> erase(entry.getErased().getFloor());
            case WHAT_NOT_SET -> throw new IllegalStateException("journal entry of an unknown kind");
        }
    }

    /**
     * Counts a mailbox's messages up to {@code seq}, but not beyond the head, as acknowledged, where it exists. Where that
     * is news, it was seen since it was last stored.
     */
    public void acknowledge(String mailbox, long seq) {
        long acknowledged = Math.min(seq, head);
        mailboxes.computeIfPresent(
                mailbox,
                (name, state) -> state.getAcknowledged() >= acknowledged
                        ? state
                        : state.toBuilder()
                                .setAcknowledged(acknowledged)
                                .clearSeenMs()
                                .build());
    }

    public long head() {
        return head;
    }

    public long lastAll() {
        return lastAll;
    }

    public long floor() {
        return floor;
    }

    public Collection<MailboxState> mailboxes() {
        return mailboxes.values();
    }

    /** Messages that nobody acknowledged or removed, ascending. */
    public Collection<Appended> messages() {
        return messages.tailMap(settled(), false).values();
    }

    public Collection<Appended> requests() {
        return requests.values();
    }

    /** Why messages are gone that not everybody has passed, ascending. */
    public Collection<Tombstone> tombstones() {
        return tombstones.tailMap(settled(), false).values();
    }

    /** All up to this seq is acknowledged by every mailbox. */
    public long settled() {
        return mailboxes.values().stream()
                .mapToLong(MailboxState::getAcknowledged)
                .min()
                .orElse(floor);
    }

    /** What a fold of the applied entries writes. All their requests are kept: their senders may still repeat them. */
    LogFold fold(LogId id) {
        long settled = settled();
        List<Appended> survivors = appended.stream()
                .filter(message -> message.getSeq() > settled && messages.containsKey(message.getSeq()))
                .toList();
        Mailboxes state =
                Mailboxes.newBuilder().addAllMailboxes(mailboxes.values()).build();
        return new LogFold(
                id.slot(),
                id.app(),
                id.user(),
                head,
                lastAll,
                floor,
                state,
                true,
                settled,
                survivors,
                appended.stream().filter(LogState::hasRequest).toList(),
                removed);
    }

    private static boolean hasRequest(Appended message) {
        return !message.getRequestId().isEmpty();
    }

    private void append(Appended message) {
        head = Math.max(head, message.getSeq());
        if (message.getTargetCreated()) {
            create(message.getTarget(), message.getTargetBeginsAfter());
        }
        if (message.getTarget().isEmpty()) {
            lastAll = Math.max(lastAll, message.getSeq());
        } else {
            addressOne(message.getTarget(), message.getSeq());
        }
        tombstones(message).forEach(this::remove);
        if (!tombstones.containsKey(message.getSeq())) {
            messages.put(message.getSeq(), message);
        }
        if (hasRequest(message)) {
            requests.put(message.getRequestId(), message);
        }
        appended.add(message);
    }

    private void addressOne(String mailbox, long seq) {
        @Nullable MailboxState state = mailboxes.get(mailbox);
        if (state != null && state.getLastOwn() < seq) {
            mailboxes.put(mailbox, state.toBuilder().setLastOwn(seq).build());
        }
    }

    /**
     * One that the tables know already was taken away again when an earlier mailbox of its name was: it is as it was. But
     * when it was last seen may be the earlier one's.
     */
    private void create(String mailbox, long beginsAfter) {
        @Nullable MailboxState known = stored.get(mailbox);
        MailboxState begun = MailboxState.newBuilder()
                .setMailbox(mailbox)
                .setAcknowledged(beginsAfter)
                .setBeginsAfter(beginsAfter)
                .build();
        mailboxes.putIfAbsent(
                mailbox,
                known != null && known.getBeginsAfter() == beginsAfter
                        ? known.toBuilder().clearSeenMs().build()
                        : begun);
    }

    private void remove(Tombstone tombstone) {
        messages.remove(tombstone.seq());
        tombstones.put(tombstone.seq(), tombstone);
        removed.add(tombstone);
    }

    /** Mailboxes that begin later were created after. */
    private void erase(long newFloor) {
        head = Math.max(head, newFloor);
        floor = Math.max(floor, newFloor);
        mailboxes.values().removeIf(mailbox -> mailbox.getBeginsAfter() <= newFloor);
        messages.headMap(newFloor, true).clear();
        tombstones.headMap(newFloor, true).clear();
        requests.values().removeIf(request -> request.getSeq() <= newFloor);
        appended.removeIf(message -> message.getSeq() <= newFloor);
        removed.removeIf(tombstone -> tombstone.seq() <= newFloor);
    }

    private void forget(String mailbox, long newFloor) {
        mailboxes.remove(mailbox);
        floor = Math.max(floor, newFloor);
    }
}
