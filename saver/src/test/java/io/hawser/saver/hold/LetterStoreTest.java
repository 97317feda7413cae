package io.hawser.saver.hold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.hawser.keeper.config.ByteSize;
import io.hawser.rpc.v1.AcknowledgeReply;
import io.hawser.rpc.v1.AcknowledgeRequest;
import io.hawser.rpc.v1.CountFruitlessReply;
import io.hawser.rpc.v1.CountFruitlessRequest;
import io.hawser.rpc.v1.DropMailboxDeadLettersRequest;
import io.hawser.rpc.v1.ForgetMailboxReply;
import io.hawser.rpc.v1.ForgetMailboxRequest;
import io.hawser.rpc.v1.ListMailboxDeadLettersReply;
import io.hawser.rpc.v1.ListMailboxDeadLettersRequest;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.LoadRequest;
import io.hawser.rpc.v1.MailboxDeadLetter;
import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.rpc.v1.OpenMailboxRequest;
import io.hawser.rpc.v1.ReadMailboxDeadLettersReply;
import io.hawser.rpc.v1.ReadMailboxDeadLettersRequest;
import io.hawser.rpc.v1.ReleaseMailboxRequest;
import io.hawser.rpc.v1.StoredMessage;
import io.hawser.saver.SteppedClock;
import io.hawser.saver.batch.BatchSettings;
import io.hawser.saver.batch.Sql;
import io.hawser.saver.batch.StoreTransactions;
import io.hawser.saver.journal.Database;
import io.hawser.saver.journal.TestDatabase;
import io.hawser.saver.purge.Portions;
import io.hawser.saver.purge.PurgeSettings;
import io.hawser.saver.purge.RowPurge;
import io.hawser.stores.EmbeddedMariaDb;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Content;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Dead letters of mailboxes, whatever comes between storing them and taking the mailbox past them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LetterStoreTest {
    private static final int MOST = 100;
    private static final ByteSize MOST_BYTES = ByteSize.ofKibibytes(64);
    private static final HoldSettings SETTINGS = new HoldSettings(
            1,
            Duration.ofMinutes(1),
            Duration.ofHours(1),
            Duration.ofDays(7),
            Duration.ofMinutes(1),
            MOST,
            MOST_BYTES,
            Duration.ofDays(30));

    private final SteppedClock clock = new SteppedClock();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final EmbeddedMariaDb mariaDb = EmbeddedMariaDb.temporary();
    private Database database;
    private LetterStore letters;
    private HoldStore holds;
    private OneLog log;

    @BeforeAll
    void openTheStores() {
        database = TestDatabase.open(mariaDb);
        letters = new LetterStore(database.stores(), SETTINGS, BatchSettings.defaults(), clock, meters);
        MailboxLogs present = new MailboxLogs() {
            @Override
            public CompletableFuture<LoadReply> load(LoadRequest request) {
                return log.load(request);
            }

            @Override
            public CompletableFuture<AcknowledgeReply> acknowledge(AcknowledgeRequest request) {
                return log.acknowledge(request);
            }
        };
        Skips skips = new Skips(present, letters, meters);
        holds = new HoldStore(database.stores(), SETTINGS, skips, BatchSettings.defaults(), meters);
    }

    @BeforeEach
    void beginALog() {
        log = new OneLog();
    }

    @AfterAll
    void closeTheStores() {
        holds.close();
        letters.close();
        database.close();
        mariaDb.kill();
    }

    /** A log that gives two messages a load, and fails as it is told. */
    private static final class OneLog {
        final NavigableMap<Long, StoredMessage> messages = new TreeMap<>();
        long acknowledged;
        /** Acknowledgements that fail. */
        int failures;
        /** What fails is done all the same. */
        boolean unheard;
        /** Once an acknowledgement has failed all do, until this is over. */
        boolean staysOut;

        boolean out;
        /** With its user, before it is acknowledged. */
        boolean goesNext;

        boolean gone;

        void append(int count) {
            append(count, ByteString.EMPTY);
        }

        void append(int count, ByteString content) {
            for (long seq = 1; seq <= count; seq++) {
                messages.put(
                        seq,
                        StoredMessage.newBuilder()
                                .setSeq(seq)
                                .setContent(content)
                                .build());
            }
        }

        CompletableFuture<LoadReply> load(LoadRequest request) {
            var beyond = messages.tailMap(Math.max(request.getAfter(), acknowledged), false);
            boolean more = beyond.size() > 2;
            LoadReply.Builder page = LoadReply.newBuilder().setMore(more);
            beyond.values().stream().limit(2).forEach(page::addMessages);
            long to = more ? page.getMessages(1).getSeq() : messages.lastKey();
            return CompletableFuture.completedFuture(page.setTo(to).build());
        }

        CompletableFuture<AcknowledgeReply> acknowledge(AcknowledgeRequest request) {
            gone |= goesNext && request.getSeq() > 0;
            if (gone) {
                return CompletableFuture.failedFuture(HawserException.refusal(ErrorCode.NOT_FOUND, "mailbox: gone"));
            }
            boolean fails = out || (request.getSeq() > 0 && failures-- > 0);
            if (!fails || unheard) {
                acknowledged = Math.max(acknowledged, request.getSeq());
            }
            if (fails) {
                out = staysOut;
                return CompletableFuture.failedFuture(HawserException.refusal(ErrorCode.UNAVAILABLE, "Redis: out"));
            }
            return CompletableFuture.completedFuture(
                    AcknowledgeReply.newBuilder().setAcknowledged(acknowledged).build());
        }
    }

    @Test
    void aMailboxIsTakenPastManyMessagesPageByPage() {
        log.append(7);
        count("app-1", 5);
        assertThat(count("app-1", 5).getSkippedTo()).isEqualTo(5);
        assertThat(log.acknowledged).isEqualTo(5);
        assertThat(list("app-1").getLettersList())
                .extracting(MailboxDeadLetter::getSeq)
                .containsExactly(5L, 4L, 3L, 2L, 1L);
    }

    @Test
    void aSkipThatFailedOnItsWayHasTheMailboxHeldAndStoresNothingTwice() {
        log.append(3);
        count("app-2", 3);
        log.failures = 1;
        double failed = failures();
        CountFruitlessReply held = count("app-2", 3);
        assertThat(held.getSkippedTo()).isZero();
        assertThat(held.getHeldMs()).isPositive();
        assertThat(failures() - failed).isEqualTo(1);
        assertThat(log.acknowledged).isZero();
        assertThat(list("app-2").getLettersCount())
                .as("its client may get them still")
                .isZero();
        assertThat(stored("app-2")).isZero();
        assertThat(count("app-2", 3).getSkippedTo()).isEqualTo(3);
        assertThat(list("app-2").getLettersList())
                .extracting(MailboxDeadLetter::getSeq)
                .containsExactly(3L, 2L, 1L);
    }

    @Test
    void aMailboxThatRecoversAfterAFailedSkipLeavesNoLetters() {
        log.append(3);
        count("app-6", 3);
        failASkip("app-6");
        assertThat(stored("app-6")).isEqualTo(2);
        assertThat(list("app-6").getLettersCount()).isZero();
        open("app-6");
        await().until(() -> stored("app-6") == 0);
        log.acknowledged = 3;
        release("app-6");
        assertThat(list("app-6").getLettersCount()).isZero();
    }

    @Test
    void whatASkipThatNobodyHeardOfHasTakenIsTheMailboxsLettersOnceItIsOpened() {
        log.append(2);
        count("app-7", 2);
        log.unheard = true;
        failASkip("app-7");
        assertThat(log.acknowledged).isEqualTo(2);
        assertThat(list("app-7").getLettersCount()).isZero();
        open("app-7");
        await().until(() -> list("app-7").getLettersCount() == 2);
    }

    @Test
    void whatASkipThatNobodyHeardOfHasTakenIsTheMailboxsLettersOnceItIsSkippedAgain() {
        log.append(3);
        count("app-8", 2);
        log.unheard = true;
        failASkip("app-8");
        assertThat(count("app-8", 3).getSkippedTo()).isEqualTo(3);
        assertThat(list("app-8").getLettersList())
                .extracting(MailboxDeadLetter::getSeq)
                .containsExactly(3L, 2L, 1L);
    }

    /** As with a device that logs out: what waited there is nobody's. */
    @Test
    void whatAFailedSkipLeftGoesWithItsMailbox() {
        log.append(2);
        count("app-14", 2);
        failASkip("app-14");
        assertThat(stored("app-14")).isEqualTo(2);
        ForgetMailboxRequest request = ForgetMailboxRequest.newBuilder()
                .setApp("app-14")
                .setUser("alice")
                .setMailbox("user")
                .build();
        ForgetMailboxReply forgotten =
                ForgetMailboxReply.newBuilder().setForgotten(true).build();
        var _ = holds.forget(request, CompletableFuture.completedFuture(forgotten))
                .join();
        await().until(() -> stored("app-14") == 0);
    }

    /** Nothing is counted of it any more, or another saver counted it. */
    @Test
    void whatAFailedSkipLeftIsNoLetterOfANewMailboxOfItsName() {
        log.append(2);
        count("app-15", 2);
        failASkip("app-15");
        forgetCounts("app-15");
        holds.refresh();
        log = new OneLog();
        log.acknowledged = 2;
        open("app-15", true);
        await().until(() -> stored("app-15") == 0);
        count("app-15", 2);
        open("app-15");
        assertThat(list("app-15").getLettersCount()).isZero();
    }

    @Test
    void aUserWhoIsErasedWhileAMailboxIsSkippedLeavesNothing() {
        log.append(2);
        count("app-9", 2);
        log.goesNext = true;
        assertThat(count("app-9", 2).getSkippedTo()).isZero();
        assertThat(log.gone).isTrue();
        assertThat(stored("app-9")).isZero();
    }

    @Test
    void anAppWithAsManyLettersAsItMayHasItsMailboxesHeldOn() {
        log.append(MOST);
        count("app-3", MOST);
        assertThat(count("app-3", MOST).getSkippedTo()).isEqualTo(MOST);
        log = new OneLog();
        log.append(MOST + 1);
        log.acknowledged = MOST;
        count("app-3", MOST + 1);
        CountFruitlessReply held = count("app-3", MOST + 1);
        assertThat(held.getSkippedTo()).isZero();
        assertThat(held.getHeldMs()).isPositive();
        assertThat(log.acknowledged).isEqualTo(MOST);
        var _ = letters.drop(DropMailboxDeadLettersRequest.newBuilder()
                        .setApp("app-3")
                        .build())
                .join();
        assertThat(count("app-3", MOST + 1).getSkippedTo()).isEqualTo(MOST + 1);
    }

    @Test
    void anAppWithLettersOfAsManyBytesAsItMayHasItsMailboxesHeldOn() {
        log.append(3, ByteString.copyFrom(new byte[30 << 10]));
        count("app-10", 3);
        assertThat(count("app-10", 3).getSkippedTo()).isZero();
        assertThat(log.acknowledged).as("a page").isEqualTo(2);
        assertThat(list("app-10").getLettersCount()).isEqualTo(2);
    }

    @Test
    void whatIsALetterAlreadyNeedsNoRoom() {
        log.append(MOST);
        count("app-11", MOST);
        assertThat(count("app-11", MOST).getSkippedTo()).isEqualTo(MOST);
        // Lost, with a store.
        log.acknowledged = 0;
        count("app-11", MOST);
        assertThat(count("app-11", MOST).getSkippedTo()).isEqualTo(MOST);
        assertThat(stored("app-11")).isEqualTo(MOST);
    }

    @Test
    void lettersAreListedAndReadInPages() {
        log.append(5);
        count("app-4", 5);
        count("app-4", 5);
        ListMailboxDeadLettersReply first = list("app-4", 3, 0);
        assertThat(first.getLettersCount()).isEqualTo(3);
        assertThat(first.getMore()).isTrue();
        ListMailboxDeadLettersReply second =
                list("app-4", 3, first.getLetters(2).getId());
        assertThat(second.getLettersList())
                .extracting(MailboxDeadLetter::getSeq)
                .containsExactly(2L, 1L);
        assertThat(second.getMore()).isFalse();
        ReadMailboxDeadLettersReply oldest = letters.read(ReadMailboxDeadLettersRequest.newBuilder()
                        .setApp("app-4")
                        .setMaxEntries(4)
                        .build())
                .join();
        assertThat(oldest.getLettersList())
                .extracting(MailboxDeadLetter::getSeq)
                .containsExactly(1L, 2L, 3L, 4L);
        assertThat(oldest.getMore()).isTrue();
        ReadMailboxDeadLettersRequest.Builder named = ReadMailboxDeadLettersRequest.newBuilder()
                .setApp("app-4")
                .addIds(oldest.getLetters(0).getId())
                .addIds(oldest.getLetters(2).getId());
        assertThat(letters.read(named.build()).join().getLettersList())
                .extracting(MailboxDeadLetter::getSeq)
                .containsExactly(1L, 3L);
        assertThat(letters.read(named.setAfterId(oldest.getLetters(0).getId()).build())
                        .join()
                        .getLettersList())
                .extracting(MailboxDeadLetter::getSeq)
                .containsExactly(3L);
        assertThat(letters.read(named.setAfterId(oldest.getLetters(3).getId()).build())
                        .join()
                        .getLettersCount())
                .isZero();
    }

    @Test
    void lettersAreReadWholeAFewAtATime() {
        log.append(70);
        count("app-12", 70);
        count("app-12", 70);
        ReadMailboxDeadLettersReply whole = letters.read(ReadMailboxDeadLettersRequest.newBuilder()
                        .setApp("app-12")
                        .setMaxEntries(1_000)
                        .build())
                .join();
        assertThat(whole.getLettersCount()).isEqualTo(64);
        assertThat(whole.getMore()).isTrue();
        assertThat(list("app-12").getLettersCount()).isEqualTo(70);
    }

    /** It runs beside newer ones in a rolling upgrade, and knows neither of headers nor of what is no letter yet. */
    @Test
    void whatASaverOfBeforeV16StoresIsALetterAtOnceAndListedWhole() {
        ByteString content = Content.newBuilder()
                .setBody(ByteString.copyFromUtf8("body"))
                .build()
                .toByteString();
        buryAsBeforeV16("app-16", content);
        assertThat(list("app-16").getLettersList())
                .singleElement()
                .extracting(MailboxDeadLetter::getContent, MailboxDeadLetter::getBodyBytes)
                .containsExactly(content, 0);
    }

    @Test
    void listsReadNoBodies() {
        Content content = Content.newBuilder()
                .setId("m-1")
                .setBody(ByteString.copyFromUtf8("body"))
                .build();
        log.append(1, content.toByteString());
        count("app-13", 1);
        count("app-13", 1);
        forgetContents("app-13");
        MailboxDeadLetter letter = list("app-13").getLetters(0);
        assertThat(letter.getBodyBytes()).isEqualTo(4);
        assertThat(letter.getContent())
                .isEqualTo(content.toBuilder().clearBody().build().toByteString());
    }

    @Test
    void lettersThatNobodySentAgainAreDeletedInTheirTime() {
        log.append(2);
        count("app-5", 2);
        count("app-5", 2);
        Portions portions = new Portions(database.stores(), PurgeSettings.defaults(), meters);
        RowPurge purge = new RowPurge(portions, clock, SETTINGS.lifetimes());
        clock.advance(SETTINGS.deadLetterLifetime());
        purge.run();
        assertThat(list("app-5").getLettersCount()).isEqualTo(2);
        clock.advance(Duration.ofMillis(1));
        purge.run();
        assertThat(list("app-5").getLettersCount()).isZero();
        assertThat(meters.counter("hawser.saver.purge.rows", "table", "mailbox_dead_letter")
                        .count())
                .isPositive();
    }

    /** The log fails where the first page is acknowledged, and where it is asked what is. */
    private void failASkip(String app) {
        log.failures = 1;
        log.staysOut = true;
        assertThat(count(app, log.messages.lastKey()).getSkippedTo()).isZero();
        log.out = false;
    }

    private void open(String app) {
        open(app, false);
    }

    private void open(String app, boolean created) {
        OpenMailboxRequest request = OpenMailboxRequest.newBuilder()
                .setApp(app)
                .setUser("alice")
                .setMailbox("user")
                .build();
        OpenMailboxReply opened = OpenMailboxReply.newBuilder()
                .setCreated(created)
                .setAcknowledged(log.acknowledged)
                .build();
        var _ = holds.describe(request, CompletableFuture.completedFuture(opened))
                .join();
    }

    private void release(String app) {
        ReleaseMailboxRequest request = ReleaseMailboxRequest.newBuilder()
                .setApp(app)
                .setUser("alice")
                .setMailbox("user")
                .build();
        assertThat(holds.release(request).join().getReleased()).isTrue();
    }

    private void forgetCounts(String app) {
        int rows = new StoreTransactions(database.stores(), 1, meters)
                .run(connection -> Sql.update(connection, "DELETE FROM mailbox_hold WHERE app = ?", app));
        assertThat(rows).isPositive();
    }

    private void forgetContents(String app) {
        int rows = new StoreTransactions(database.stores(), 1, meters)
                .run(connection ->
                        Sql.update(connection, "UPDATE mailbox_dead_letter SET content = '' WHERE app = ?", app));
        assertThat(rows).isPositive();
    }

    private void buryAsBeforeV16(String app, ByteString content) {
        int rows = new StoreTransactions(database.stores(), 1, meters)
                .run(connection -> Sql.update(
                        connection,
                        "INSERT INTO mailbox_dead_letter (slot, app, user, mailbox, seq, fruitless, buried_ms, content)"
                                + " VALUES (1, ?, 'alice', 'user', 1, 5, 0, ?)",
                        app,
                        content.toByteArray()));
        assertThat(rows).isEqualTo(1);
    }

    /** Letters or not. */
    private int stored(String app) {
        return new StoreTransactions(database.stores(), 1, meters)
                .run(connection -> Sql.list(
                                connection,
                                "SELECT id FROM mailbox_dead_letter WHERE app = ?",
                                row -> row.getLong("id"),
                                app)
                        .size());
    }

    private double failures() {
        return meters.counter("hawser.saver.mailboxes.skips.failed").count();
    }

    private CountFruitlessReply count(String app, long given) {
        return holds.count(CountFruitlessRequest.newBuilder()
                        .setApp(app)
                        .setUser("alice")
                        .setMailbox("user")
                        .setGiven(given)
                        .setSkipAfterHolds(1)
                        .build())
                .join();
    }

    private ListMailboxDeadLettersReply list(String app) {
        return list(app, 0, 0);
    }

    private ListMailboxDeadLettersReply list(String app, int max, long beforeId) {
        return letters.list(ListMailboxDeadLettersRequest.newBuilder()
                        .setApp(app)
                        .setMaxEntries(max)
                        .setBeforeId(beforeId)
                        .build())
                .join();
    }
}
