package io.hawser.saver.hold;

import io.hawser.rpc.id.UserKey;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.v1.CountFruitlessReply;
import io.hawser.rpc.v1.CountFruitlessRequest;
import io.hawser.rpc.v1.ForgetMailboxReply;
import io.hawser.rpc.v1.ForgetMailboxRequest;
import io.hawser.rpc.v1.HeldMailbox;
import io.hawser.rpc.v1.ListHeldMailboxesReply;
import io.hawser.rpc.v1.ListHeldMailboxesRequest;
import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.rpc.v1.OpenMailboxRequest;
import io.hawser.rpc.v1.ReleaseMailboxReply;
import io.hawser.rpc.v1.ReleaseMailboxRequest;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.saver.batch.Asked;
import io.hawser.saver.batch.BatchSettings;
import io.hawser.saver.batch.Batcher;
import io.hawser.saver.batch.StoreCalls;
import io.hawser.saver.erase.UserData;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * Counts connections that were given a mailbox's messages in vain, one after the other, and says how long the mailbox is
 * held back for that; after some holds, where the app has it so, the mailbox is taken past these messages. Most apps
 * have no such mailbox in most slots: where some are is known here, so that nothing is read where others are opened. What
 * cannot be read holds nobody.
 */
public final class HoldStore implements UserData, AutoCloseable {
    /** How often it learns which apps have any, in which slots. */
    public static final Duration REFRESH_EVERY = Duration.ofSeconds(2);

    private static final int DEFAULT_ENTRIES = 100;
    private static final int MAX_ENTRIES = 1_000;

    private final HoldSettings settings;
    private final StoreCalls calls;
    /** Pages may take their time; who counts and releases does not wait for them. */
    private final StoreCalls pages;

    private final Skips skips;
    private final Batcher<MailboxKey, Counted> reads;
    private final Counter fruitless;
    private final Counter held;
    private final Counter unread;
    private final Counter undropped;
    private final Known<SlotApp> known = new Known<>();

    /** What is known of a mailbox. */
    private record Counted(int fruitless, long agoMs) {
        static final Counted NONE = new Counted(0, 0);
    }

    /** @param skips takes mailboxes past what their clients never acknowledge, where an app has it so */
    public HoldStore(
            DataSource database, HoldSettings settings, Skips skips, BatchSettings bounds, MeterRegistry meters) {
        this.settings = settings;
        this.skips = skips;
        this.calls = new StoreCalls("holds", bounds, database, meters);
        this.pages = new StoreCalls("holds.pages", bounds, database, meters);
        this.reads = new Batcher<>("holds.read", Batcher.View.SNAPSHOT, bounds, database, meters, HoldStore::read);
        this.fruitless = meters.counter("hawser.saver.mailboxes.fruitless");
        this.held = meters.counter("hawser.saver.mailboxes.held");
        this.unread = meters.counter("hawser.saver.mailboxes.holds.unread");
        this.undropped = meters.counter("hawser.saver.mailboxes.holds.undropped");
    }

    public void addTo(LinkServer.Builder server) {
        server.handle(SaverGrpc.getCountFruitlessMethod(), (request, caller) -> count(request));
        server.handle(SaverGrpc.getReleaseMailboxMethod(), (request, caller) -> release(request));
        server.handle(SaverGrpc.getListHeldMailboxesMethod(), (request, caller) -> list(request));
    }

    /** To be called from time to time: learns which apps have any, in which slots. Does not block. */
    public void refresh() {
        known.refresh(() -> pages.run("", HoldRows::slotApps));
    }

    CompletableFuture<CountFruitlessReply> count(CountFruitlessRequest request) {
        MailboxKey key = MailboxKey.of(request.getApp(), request.getUser(), request.getMailbox());
        return calls.run(request.getApp(), connection -> HoldRows.count(connection, key))
                .thenCompose(count -> {
                    fruitless.increment();
                    known.add(SlotApp.of(key.user()));
                    CountFruitlessReply holding = CountFruitlessReply.newBuilder()
                            .setFruitless(count)
                            .setHeldMs(settings.heldMs(count))
                            .build();
                    boolean skipped = request.getGiven() != 0 && settings.isSkipped(count, request.getSkipAfterHolds());
                    return skipped
                            ? skip(new Skips.Skip(key, request.getGiven(), count), holding)
                            : CompletableFuture.completedFuture(holding);
                });
    }

    /** Its client begins anew behind what is skipped; where that failed, the mailbox is held once more. */
    private CompletableFuture<CountFruitlessReply> skip(Skips.Skip skip, CountFruitlessReply holding) {
        return skips.skip(skip)
                .thenCompose(to -> calls.run(
                                skip.mailbox().app(), connection -> HoldRows.delete(connection, skip.mailbox()))
                        .thenApply(released -> CountFruitlessReply.newBuilder()
                                .setSkippedTo(to)
                                .build()))
                .exceptionally(failure -> holding);
    }

    CompletableFuture<ReleaseMailboxReply> release(ReleaseMailboxRequest request) {
        MailboxKey key = MailboxKey.of(request.getApp(), request.getUser(), request.getMailbox());
        return calls.run(request.getApp(), connection -> HoldRows.delete(connection, key))
                .thenApply(released -> {
                    if (released) {
                        skips.released(key);
                    }
                    return ReleaseMailboxReply.newBuilder()
                            .setReleased(released)
                            .build();
                });
    }

    CompletableFuture<ListHeldMailboxesReply> list(ListHeldMailboxesRequest request) {
        int limit = entries(request.getMaxEntries());
        return pages.run(
                request.getApp(),
                connection -> page(
                        HoldRows.list(
                                connection,
                                request.getApp(),
                                request.getAfterUser(),
                                request.getAfterMailbox(),
                                settings.free(),
                                limit + 1),
                        limit));
    }

    /**
     * Adds to an opened mailbox's description whether it is held. A new one never is: what there is was counted, and
     * buried, of another one of its name.
     */
    public CompletableFuture<OpenMailboxReply> describe(
            OpenMailboxRequest request, CompletableFuture<OpenMailboxReply> opened) {
        MailboxKey key = MailboxKey.of(request.getApp(), request.getUser(), request.getMailbox());
        if (!known.contains(SlotApp.of(key.user()))) {
            return skips.mayHaveBuried(key) ? opened.thenApply(reply -> described(key, reply, Counted.NONE)) : opened;
        }
        CompletableFuture<Counted> counted = reads.submit(request.getApp(), key)
                .copy()
                .orTimeout(settings.readWithin().toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> {
                    unread.increment();
                    return Counted.NONE;
                });
        return opened.thenCombine(counted, (reply, found) -> described(key, reply, found));
    }

    private OpenMailboxReply described(MailboxKey key, OpenMailboxReply opened, Counted counted) {
        if (opened.getCreated()) {
            if (counted.fruitless > 0 || skips.mayHaveBuried(key)) {
                drop(key);
            }
            return opened;
        }
        if (counted.fruitless == 0) {
            return opened;
        }
        if (counted.fruitless > settings.free()) {
            skips.opened(key, opened.getAcknowledged());
        }
        long heldMs = Math.max(0, settings.heldMs(counted.fruitless) - counted.agoMs);
        if (heldMs > 0) {
            held.increment();
        }
        return opened.toBuilder()
                .setFruitless(counted.fruitless)
                .setHeldMs(heldMs)
                .build();
    }

    /** What was counted of a mailbox goes with it, soon after it, and so does what was buried and is no letter. */
    public CompletableFuture<ForgetMailboxReply> forget(
            ForgetMailboxRequest request, CompletableFuture<ForgetMailboxReply> forgotten) {
        MailboxKey key = MailboxKey.of(request.getApp(), request.getUser(), request.getMailbox());
        if (!known.contains(SlotApp.of(key.user())) && !skips.mayHaveBuried(key)) {
            return forgotten;
        }
        return forgotten.thenApply(reply -> {
            drop(key);
            return reply;
        });
    }

    /** Nobody waits for it: what stays is found where a mailbox of the same name is made. */
    private void drop(MailboxKey key) {
        var _ = calls.run(key.app(), connection -> {
                    HoldRows.delete(connection, key);
                    return LetterRows.discard(connection, key);
                })
                .whenComplete((dropped, failure) -> {
                    if (failure != null) {
                        undropped.increment();
                    }
                });
    }

    @Override
    public int erase(Connection connection, String app, String user) throws SQLException {
        return HoldRows.delete(connection, UserKey.of(app, user));
    }

    @Override
    public void close() {
        calls.close();
        pages.close();
        reads.close();
    }

    private static void read(Connection connection, List<Asked<MailboxKey, Counted>> batch) throws SQLException {
        Map<MailboxKey, HoldRows.Row> found = new HashMap<>(HoldRows.find(
                connection, batch.stream().map(Asked::request).distinct().toList()));
        for (Asked<MailboxKey, Counted> asked : batch) {
            HoldRows.Row row = found.get(asked.request());
            asked.answer(row == null ? Counted.NONE : new Counted(row.fruitless(), row.agoMs()));
        }
    }

    private ListHeldMailboxesReply page(List<HoldRows.Row> rows, int limit) {
        ListHeldMailboxesReply.Builder page =
                ListHeldMailboxesReply.newBuilder().setMore(rows.size() > limit);
        rows.stream()
                .limit(limit)
                .forEach(row -> page.addMailboxes(HeldMailbox.newBuilder()
                        .setUser(row.user())
                        .setMailbox(row.mailbox())
                        .setFruitless(row.fruitless())
                        .setHeldSinceMs(row.endedMs())
                        .setHeldUntilMs(row.endedMs() + settings.heldMs(row.fruitless()))));
        return page.build();
    }

    private static int entries(int asked) {
        if (asked < 0 || asked > MAX_ENTRIES) {
            throw invalid("max_entries: " + Integer.toUnsignedString(asked) + " (expected: 0 to " + MAX_ENTRIES + ")");
        }
        return asked == 0 ? DEFAULT_ENTRIES : asked;
    }

    private static HawserException invalid(String message) {
        return HawserException.refusal(ErrorCode.INVALID_ARGUMENT, message);
    }
}
