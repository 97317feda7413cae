package io.hawser.saver.hold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hawser.keeper.config.ByteSize;
import io.hawser.rpc.id.UserKey;
import io.hawser.rpc.v1.AcknowledgeReply;
import io.hawser.rpc.v1.AcknowledgeRequest;
import io.hawser.rpc.v1.CountFruitlessReply;
import io.hawser.rpc.v1.CountFruitlessRequest;
import io.hawser.rpc.v1.ForgetMailboxReply;
import io.hawser.rpc.v1.ForgetMailboxRequest;
import io.hawser.rpc.v1.HeldMailbox;
import io.hawser.rpc.v1.ListHeldMailboxesReply;
import io.hawser.rpc.v1.ListHeldMailboxesRequest;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.LoadRequest;
import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.rpc.v1.OpenMailboxRequest;
import io.hawser.rpc.v1.ReleaseMailboxRequest;
import io.hawser.saver.batch.BatchSettings;
import io.hawser.saver.batch.Sql;
import io.hawser.saver.journal.Database;
import io.hawser.saver.journal.TestDatabase;
import io.hawser.saver.purge.Portions;
import io.hawser.saver.purge.PurgeSettings;
import io.hawser.saver.purge.RowPurge;
import io.hawser.stores.EmbeddedMariaDb;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** How connections that acknowledged nothing are counted, and how long that has their mailbox held. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HoldStoreTest {
    private static final HoldSettings SETTINGS = new HoldSettings(
            3,
            Duration.ofMinutes(1),
            Duration.ofHours(1),
            Duration.ofDays(7),
            Duration.ofMinutes(1),
            100,
            ByteSize.ofMebibytes(1),
            Duration.ofDays(30));
    private static final long MINUTE_MS = Duration.ofMinutes(1).toMillis();

    private final EmbeddedMariaDb mariaDb = EmbeddedMariaDb.temporary();
    private Database database;
    private LetterStore letters;
    private HoldStore store;
    private HoldStore another;

    /** Nothing is skipped here. */
    private static final class NoLogs implements MailboxLogs {
        @Override
        public CompletableFuture<LoadReply> load(LoadRequest request) {
            throw new AssertionError(request);
        }

        @Override
        public CompletableFuture<AcknowledgeReply> acknowledge(AcknowledgeRequest request) {
            throw new AssertionError(request);
        }
    }

    @BeforeAll
    void openTheStores() {
        database = TestDatabase.open(mariaDb);
        letters = new LetterStore(
                database.stores(), SETTINGS, BatchSettings.defaults(), Clock.systemUTC(), new SimpleMeterRegistry());
        store = open();
        another = open();
    }

    private HoldStore open() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Skips skips = new Skips(new NoLogs(), letters, meters);
        return new HoldStore(database.stores(), SETTINGS, skips, BatchSettings.defaults(), meters);
    }

    @AfterAll
    void closeTheStores() {
        store.close();
        another.close();
        letters.close();
        database.close();
        mariaDb.kill();
    }

    @Test
    void theThirdInARowHasTheMailboxHeldForAMinuteAndEachOneMoreForTwiceAsLong() throws SQLException {
        assertThat(count("app-1", "alice").getHeldMs()).isZero();
        assertThat(count("app-1", "alice").getHeldMs()).isZero();
        CountFruitlessReply third = count("app-1", "alice");
        assertThat(third.getFruitless()).isEqualTo(3);
        assertThat(third.getHeldMs()).isEqualTo(MINUTE_MS);
        assertThat(opened(store, "app-1", "alice").getHeldMs()).isBetween(1L, MINUTE_MS);
        assertThat(opened(store, "app-1", "bob").getHeldMs()).isZero();
        wereCounted("app-1", -MINUTE_MS);
        OpenMailboxReply over = opened(store, "app-1", "alice");
        assertThat(over.getHeldMs()).isZero();
        assertThat(over.getFruitless()).isEqualTo(3);
        assertThat(count("app-1", "alice").getHeldMs()).isEqualTo(2 * MINUTE_MS);
        for (int i = 0; i < 40; i++) {
            count("app-1", "alice");
        }
        assertThat(opened(store, "app-1", "alice").getHeldMs())
                .isBetween(SETTINGS.max().toMillis() / 2, SETTINGS.max().toMillis());
    }

    @Test
    void whatASaverCountedWhoseClockIsAheadIsHeldNoLongerThanTheRest() throws SQLException {
        countThree("app-8", "alice");
        wereCounted("app-8", Duration.ofHours(1).toMillis());
        assertThat(opened(store, "app-8", "alice").getHeldMs()).isBetween(1L, MINUTE_MS);
        HeldMailbox listed =
                list("app-8", ListHeldMailboxesRequest.newBuilder()).getMailboxes(0);
        assertThat(listed.getHeldUntilMs() - listed.getHeldSinceMs()).isEqualTo(MINUTE_MS);
        assertThat(listed.getHeldSinceMs()).isLessThanOrEqualTo(System.currentTimeMillis());
    }

    /** An hour of wall time comes twice there. */
    @Test
    void whereTheServersClocksGoBackAnHourIsAnHourAllTheSame() throws SQLException {
        MailboxKey key = MailboxKey.of("app-11", "alice", "user");
        try (Connection connection = DriverManager.getConnection(mariaDb.jdbcUrl())) {
            for (String row : List.of(
                    "time_zone VALUES (1, 'N')",
                    "time_zone_name VALUES ('goes-back', 1)",
                    "time_zone_transition_type VALUES (1, 0, 7200, 1, 'S'), (1, 1, 3600, 0, 'W')",
                    "time_zone_transition VALUES (1, 0, 0), (1, 1800000000, 1)")) {
                Sql.update(connection, "INSERT INTO mysql." + row);
            }
            Sql.update(connection, "SET time_zone = 'goes-back', timestamp = 1799998200");
            HoldRows.count(connection, key);
            Sql.update(connection, "SET timestamp = 1800001800");
            assertThat(HoldRows.find(connection, List.of(key)).get(key))
                    .extracting(HoldRows.Row::agoMs)
                    .isEqualTo(Duration.ofHours(1).toMillis());
        }
    }

    @Test
    void oneThatIsReleasedBeginsAnew() {
        countThree("app-2", "alice");
        assertThat(release("app-2", "alice")).isTrue();
        assertThat(opened(store, "app-2", "alice").getFruitless()).isZero();
        assertThat(release("app-2", "alice")).isFalse();
        assertThat(count("app-2", "alice").getFruitless()).isEqualTo(1);
    }

    @Test
    void aMailboxThatIsNewIsNotHeldForWhatOneOfItsNameDid() {
        countThree("app-3", "alice");
        OpenMailboxReply created =
                OpenMailboxReply.newBuilder().setCreated(true).build();
        assertThat(store.describe(request("app-3", "alice"), CompletableFuture.completedFuture(created))
                        .join())
                .isEqualTo(created);
        await("nor is it later").until(() -> opened(store, "app-3", "alice").getFruitless() == 0);
    }

    @Test
    void whatWasCountedGoesWithItsMailbox() {
        countThree("app-9", "alice");
        ForgetMailboxReply forgotten =
                ForgetMailboxReply.newBuilder().setForgotten(true).build();
        ForgetMailboxRequest request = ForgetMailboxRequest.newBuilder()
                .setApp("app-9")
                .setUser("alice")
                .setMailbox("user")
                .build();
        assertThat(join(store.forget(request, CompletableFuture.completedFuture(forgotten))))
                .isEqualTo(forgotten);
        await().until(() -> list("app-9", ListHeldMailboxesRequest.newBuilder()).getMailboxesCount() == 0);
    }

    @Test
    void anotherSaverKnowsOfItOnceItHasLookedWhichAppsHaveAny() {
        countThree("app-4", "alice");
        await().until(() -> {
            another.refresh();
            return opened(another, "app-4", "alice").getHeldMs() > 0;
        });
    }

    @Test
    void nothingIsReadWhereMailboxesOfOtherSlotsAreOpened() {
        countThree("app-10", "alice");
        letters.refresh();
        await("no letters are known").until(() -> !letters.mayHaveAny("app-10"));
        CompletableFuture<OpenMailboxReply> found =
                CompletableFuture.completedFuture(OpenMailboxReply.getDefaultInstance());
        assertThat(UserKey.of("app-10", "bob").slot())
                .isNotEqualTo(UserKey.of("app-10", "alice").slot());
        assertThat(store.describe(request("app-10", "alice"), found)).isNotSameAs(found);
        assertThat(store.describe(request("app-10", "bob"), found)).isSameAs(found);
    }

    @Test
    void whatIsHeldIsListedByUserPageByPage() {
        countThree("app-5", "bob");
        countThree("app-5", "alice");
        count("app-5", "carol");
        ListHeldMailboxesReply first =
                list("app-5", ListHeldMailboxesRequest.newBuilder().setMaxEntries(1));
        assertThat(first.getMailboxesList()).extracting(HeldMailbox::getUser).containsExactly("alice");
        assertThat(first.getMore()).isTrue();
        HeldMailbox alice = first.getMailboxes(0);
        assertThat(alice.getHeldUntilMs() - alice.getHeldSinceMs()).isEqualTo(MINUTE_MS);
        ListHeldMailboxesReply second = list(
                "app-5",
                ListHeldMailboxesRequest.newBuilder().setAfterUser("alice").setAfterMailbox("user"));
        assertThat(second.getMailboxesList()).extracting(HeldMailbox::getUser).containsExactly("bob");
        assertThat(second.getMore()).isFalse();
    }

    @Test
    void whatWasCountedIsForgottenWithItsUserAndWithTime() throws SQLException {
        countThree("app-6", "erased");
        countThree("app-6", "away");
        try (Connection connection = database.stores().getConnection()) {
            assertThat(store.erase(connection, "app-6", "erased")).isEqualTo(1);
        }
        assertThat(opened(store, "app-6", "erased").getFruitless()).isZero();
        wereCounted("app-6", -SETTINGS.keptFor().toMillis() - 1);
        Portions portions = new Portions(database.stores(), PurgeSettings.defaults(), new SimpleMeterRegistry());
        new RowPurge(portions, Clock.systemUTC(), SETTINGS.lifetimes()).run();
        assertThat(opened(store, "app-6", "away").getFruitless()).isZero();
    }

    @Test
    void whatIsNoMailboxOrNoPageIsRefused() {
        assertThatThrownBy(() -> store.count(CountFruitlessRequest.newBuilder()
                        .setApp("app-7")
                        .setUser("alice")
                        .build()))
                .isInstanceOfSatisfying(
                        HawserException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                .hasMessage("mailbox: empty (expected: a mailbox's name)");
        assertThatThrownBy(() ->
                        list("app-5", ListHeldMailboxesRequest.newBuilder().setMaxEntries(1_001)))
                .hasMessage("max_entries: 1001 (expected: 0 to 1000)");
    }

    /** So much later than they were; a negative number: earlier. */
    private void wereCounted(String app, long laterMs) throws SQLException {
        try (Connection connection = database.stores().getConnection()) {
            Sql.update(connection, "UPDATE mailbox_hold SET ended_ms = ended_ms + ? WHERE app = ?", laterMs, app);
        }
    }

    private void countThree(String app, String user) {
        for (int i = 0; i < 3; i++) {
            count(app, user);
        }
    }

    private CountFruitlessReply count(String app, String user) {
        return join(store.count(CountFruitlessRequest.newBuilder()
                .setApp(app)
                .setUser(user)
                .setMailbox("user")
                .build()));
    }

    private boolean release(String app, String user) {
        return join(store.release(ReleaseMailboxRequest.newBuilder()
                        .setApp(app)
                        .setUser(user)
                        .setMailbox("user")
                        .build()))
                .getReleased();
    }

    private ListHeldMailboxesReply list(String app, ListHeldMailboxesRequest.Builder request) {
        return join(store.list(request.setApp(app).build()));
    }

    private static OpenMailboxReply opened(HoldStore store, String app, String user) {
        CompletableFuture<OpenMailboxReply> found =
                CompletableFuture.completedFuture(OpenMailboxReply.getDefaultInstance());
        return join(store.describe(request(app, user), found));
    }

    private static OpenMailboxRequest request(String app, String user) {
        return OpenMailboxRequest.newBuilder()
                .setApp(app)
                .setUser(user)
                .setMailbox("user")
                .build();
    }

    private static <T> T join(CompletableFuture<T> call) {
        try {
            return call.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof HawserException cause ? cause : e;
        }
    }
}
