package io.hawser.saver.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.PutBodyRequest;
import io.hawser.rpc.v1.ReadBodyReply;
import io.hawser.rpc.v1.ReadBodyRequest;
import io.hawser.saver.SteppedClock;
import io.hawser.saver.batch.BatchSettings;
import io.hawser.saver.journal.Database;
import io.hawser.saver.journal.TestDatabase;
import io.hawser.saver.journal.Transactions;
import io.hawser.saver.purge.Lifetime;
import io.hawser.saver.purge.Outdated;
import io.hawser.saver.purge.Portions;
import io.hawser.saver.purge.PurgeSettings;
import io.hawser.saver.purge.RowPurge;
import io.hawser.stores.EmbeddedMariaDb;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BodyStoreTest {
    private static final long FAR_MS = System.currentTimeMillis() + 100L * 24 * 3_600_000;

    private static final Duration REQUESTS_KEPT = Duration.ofHours(24);

    private final SteppedClock clock = new SteppedClock();
    private final EmbeddedMariaDb mariaDb = EmbeddedMariaDb.temporary();
    private Database database;
    private BodyStore store;

    @BeforeAll
    void openTheStore() {
        database = TestDatabase.open(mariaDb);
        store = new BodyStore(
                database.stores(), REQUESTS_KEPT, BatchSettings.defaults(), clock, new SimpleMeterRegistry());
    }

    @AfterAll
    void closeTheStore() {
        store.close();
        database.close();
        mariaDb.kill();
    }

    @Test
    void theLargestBodyComesBackInParts() {
        byte[] body = new byte[BodyStore.MAX_BODY_BYTES];
        new Random(7).nextBytes(body);
        put(put("alice", "large").setBody(ByteString.copyFrom(body)));
        ByteString whole = ByteString.EMPTY;
        while (whole.size() < body.length) {
            ReadBodyReply part = read(read("alice", "large").setOffset(whole.size()));
            assertThat(part.getTotal()).isEqualTo(body.length);
            assertThat(part.getData().size()).isLessThanOrEqualTo(32 << 10);
            whole = whole.concat(part.getData());
        }
        assertThat(whole.toByteArray()).isEqualTo(body);
        assertThat(read(read("alice", "large").setOffset(body.length)).getData())
                .isEmpty();
    }

    @Test
    void aRepeatKeepsTheVersionAndAnotherBodyHasAnother() {
        put(put("bob", "k"));
        long first = read(read("bob", "k")).getVersion();
        put(put("bob", "k"));
        assertThat(read(read("bob", "k")).getVersion()).isEqualTo(first);

        put(put("bob", "k").setBody(ByteString.copyFromUtf8("another")));

        ReadBodyReply second = read(read("bob", "k"));
        assertThat(second.getVersion()).isNotEqualTo(first);
        assertThat(second.getData().toStringUtf8()).isEqualTo("another");
        assertThat(second.getText()).isTrue();
    }

    @Test
    void aRequestStandsForOneBodyUnderAKeyAndIsRefusedForAnother() {
        put(put("gina", "k").setRequestId("once"));
        assertThat(refusal(() -> put(another("gina", "k").setRequestId("once"))))
                .isEqualTo(ErrorCode.IDEMPOTENCY_CONFLICT);
        assertThat(refusal(() -> put(put("gina", "k").setRequestId("once").setText(false))))
                .isEqualTo(ErrorCode.IDEMPOTENCY_CONFLICT);
        assertThat(text("gina", "k")).isEqualTo("a body");

        put(another("gina", "other key").setRequestId("once"));
        put(another("", "k").setRequestId("once"));
        put(another("gina", "k").setRequestId("another"));
        assertThat(text("gina", "k")).as("the newest counts").isEqualTo("another");
    }

    @Test
    void aRepeatDoesNotBringItsBodyBackInPlaceOfANewerOne() {
        put(put("hugo", "k").setRequestId("first"));
        put(another("hugo", "k").setRequestId("second"));
        put(put("hugo", "k").setRequestId("first"));
        assertThat(text("hugo", "k")).isEqualTo("another");
        assertThat(refusal(() -> put(another("hugo", "k").setRequestId("first"))))
                .as("what was replaced is remembered, too")
                .isEqualTo(ErrorCode.IDEMPOTENCY_CONFLICT);
    }

    @Test
    void aRepeatAfterItsBodyHasExpiredStoresItAgain() {
        put(put("iris", "k").setRequestId("late").setExpiresMs(1));
        purge();
        put(put("iris", "k").setRequestId("late"));
        assertThat(text("iris", "k")).isEqualTo("a body");
    }

    @Test
    void aRequestIsForgottenAfterItsTimeWhetherTheRowIsPurgedOrNot() {
        put(put("jane", "k").setRequestId("daily"));
        put(put("kate", "k").setRequestId("daily"));
        clock.advance(REQUESTS_KEPT.plusMillis(1));
        put(another("jane", "k").setRequestId("daily"));
        assertThat(text("jane", "k")).isEqualTo("another");
        purge();
        assertThat(erase("kate")).as("the body alone").isEqualTo(1);
        assertThat(erase("jane")).as("with the new request").isEqualTo(2);
    }

    @Test
    void ofTwoAtOnceUnderOneRequestOneIsStoredAndTheOtherRefused() {
        List<CompletableFuture<?>> both = List.of(
                store.put(put("lars", "k").setRequestId("race").build()),
                store.put(another("lars", "k").setRequestId("race").build()));
        List<String> outcomes = both.stream()
                .map(put -> put.handle((stored, failure) -> failure == null ? "stored" : "refused")
                        .join())
                .toList();
        assertThat(outcomes).containsExactlyInAnyOrder("stored", "refused");
        assertThat(text("lars", "k")).isEqualTo(outcomes.getFirst().equals("stored") ? "a body" : "another");
    }

    @Test
    void aUserWithoutABodyOfItsOwnIsGivenTheApps() {
        put(put("", "shared").setBody(ByteString.copyFromUtf8("for all")));
        put(put("carol", "shared").setBody(ByteString.copyFromUtf8("carol's")));
        assertThat(read(read("dave", "shared")).getData().toStringUtf8()).isEqualTo("for all");
        assertThat(read(read("carol", "shared")).getData().toStringUtf8()).isEqualTo("carol's");
        assertThat(read(read("", "shared")).getData().toStringUtf8()).isEqualTo("for all");
    }

    @Test
    void whatHasExpiredIsGone() {
        put(put("erin", "old").setExpiresMs(1));
        assertThat(refusal(() -> read(read("erin", "old")))).isEqualTo(ErrorCode.NOT_FOUND);
        purge();
        assertThat(erase("erin")).isZero();
    }

    @Test
    void requestsGoInPortionsThatEndAtABoundAndTheRestWithTheNextRun() throws SQLException {
        int portion = 100;
        RowPurge purge = purge(portion);
        writeOldRequests(portion * Portions.OF_A_TURN + 1);
        purge.run();
        assertThat(purge.isBehind()).isTrue();
        purge.run();
        assertThat(purge.isBehind()).isFalse();
        assertThat(erase("olga")).isZero();
    }

    @Test
    void aTableThatFailsKeepsNoOtherFromBeingPurged() throws SQLException {
        int portion = 100;
        List<Lifetime> lifetimes = new ArrayList<>(BodyStore.lifetimes(REQUESTS_KEPT));
        lifetimes.addFirst(Lifetime.until(Outdated.by("no_such_table", "expires_ms")));
        lifetimes.addLast(Lifetime.until(Outdated.by("no_such_table", "expires_ms")));
        RowPurge purge = new RowPurge(portions(portion), clock, lifetimes);
        writeOldRequests(portion * Portions.OF_A_TURN + 1);
        purge.run();
        assertThat(purge.isBehind()).isTrue();
        purge.run();
        assertThat(erase("olga")).isZero();
    }

    @Test
    void whatIsAUsersIsErasedWithIt() {
        put(put("frank", "one"));
        put(put("frank", "two"));
        put(put("", "three"));
        assertThat(erase("frank")).isEqualTo(2);
        assertThat(erase("frank")).isZero();
        assertThat(refusal(() -> read(read("frank", "one")))).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(read(read("frank", "three")).getData()).isNotEmpty();
    }

    @TestFactory
    Stream<DynamicTest> whatIsWrongIsRefused() {
        return Stream.of(
                bad("no body", () -> put(put("a", "k").setBody(ByteString.EMPTY))),
                bad(
                        "a body over 1 MiB",
                        () -> put(put("a", "k").setBody(ByteString.copyFrom(new byte[BodyStore.MAX_BODY_BYTES + 1])))),
                bad("no key", () -> put(put("a", ""))),
                bad("a key of 65 bytes", () -> put(put("a", "k".repeat(65)))),
                bad("a request of 65 bytes", () -> put(put("a", "k").setRequestId("r".repeat(65)))),
                bad("no app", () -> put(put("a", "k").setApp(""))),
                bad("reading by no key", () -> read(read("a", ""))),
                bad("an offset of 64 bits", () -> read(read("a", "k").setOffset(-1))),
                bad("a part of 32 bits", () -> read(read("a", "k").setMaxBytes(-1))));
    }

    private static DynamicTest bad(String what, Supplier<?> call) {
        return DynamicTest.dynamicTest(what, () -> assertThat(refusal(call)).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    }

    private static PutBodyRequest.Builder put(String user, String key) {
        return PutBodyRequest.newBuilder()
                .setApp("demo")
                .setUser(user)
                .setKey(key)
                .setBody(ByteString.copyFromUtf8("a body"))
                .setText(true)
                .setExpiresMs(FAR_MS);
    }

    private static PutBodyRequest.Builder another(String user, String key) {
        return put(user, key).setBody(ByteString.copyFromUtf8("another"));
    }

    private String text(String user, String key) {
        return read(read(user, key)).getData().toStringUtf8();
    }

    private void purge() {
        purge(PurgeSettings.defaults().portion()).run();
    }

    private RowPurge purge(int portion) {
        return new RowPurge(portions(portion), clock, BodyStore.lifetimes(REQUESTS_KEPT));
    }

    private Portions portions(int portion) {
        return new Portions(database.stores(), new PurgeSettings(portion, Duration.ZERO), new SimpleMeterRegistry());
    }

    private void writeOldRequests(int count) throws SQLException {
        new Transactions(database.stores()).run(connection -> {
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO body_request (slot, app, user, body_key, request_id,"
                            + " body_hash, stored_ms) VALUES (1, 'demo', 'olga', 'k', ?, '', 0)")) {
                for (int request = 0; request < count; request++) {
                    insert.setInt(1, request);
                    insert.addBatch();
                }
                return insert.executeBatch();
            }
        });
    }

    private Object put(PutBodyRequest.Builder request) {
        return store.put(request.build()).join();
    }

    private static ReadBodyRequest.Builder read(String user, String key) {
        return ReadBodyRequest.newBuilder().setApp("demo").setUser(user).setKey(key);
    }

    private ReadBodyReply read(ReadBodyRequest.Builder request) {
        return store.read(request.build()).join();
    }

    private int erase(String user) {
        try {
            return new Transactions(database.stores()).run(connection -> store.erase(connection, "demo", user));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ErrorCode refusal(Supplier<?> call) {
        return catchThrowableOfType(HawserException.class, () -> {
                    try {
                        call.get();
                    } catch (CompletionException e) {
                        throw e.getCause() instanceof HawserException refusal ? refusal : e;
                    }
                })
                .code();
    }
}
