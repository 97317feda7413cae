package io.hawser.saver.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.AuditEntry;
import io.hawser.rpc.v1.Credential;
import io.hawser.rpc.v1.ListAuditRequest;
import io.hawser.rpc.v1.PutAppRequest;
import io.hawser.rpc.v1.PutCredentialRequest;
import io.hawser.rpc.v1.ReadDirectoryReply;
import io.hawser.rpc.v1.ReadDirectoryRequest;
import io.hawser.saver.journal.Database;
import io.hawser.saver.journal.TestDatabase;
import io.hawser.stores.EmbeddedMariaDb;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DirectoryTest {
    private EmbeddedMariaDb mariaDb;
    private Database database;
    private Jdbi jdbi;
    private ExecutorService executor;
    private Directory directory;

    @BeforeAll
    void startTheDatabase() {
        mariaDb = EmbeddedMariaDb.temporary();
        database = TestDatabase.open(mariaDb);
        jdbi = Jdbi.create(database.stores());
        executor = Executors.newFixedThreadPool(8);
        directory = new Directory(jdbi, executor);
    }

    @AfterAll
    void stopTheDatabase() {
        executor.close();
        database.close();
        mariaDb.close();
    }

    @BeforeEach
    void empty() {
        jdbi.useHandle(handle -> {
            handle.execute("DELETE FROM app");
            handle.execute("DELETE FROM credential");
            handle.execute("DELETE FROM audit");
        });
    }

    @Test
    void anAppThatWasPutIsReadWithItsVersion() {
        App stored = put(app("demo"));
        assertThat(stored.getVersion()).isPositive();
        assertThat(readAll(1_000).getAppsList()).containsExactly(stored);
    }

    @Test
    void theAppWhoseMessagesLiveLongestIsKnown() {
        assertThat(directory.longestLived().toCompletableFuture().join()).isEmpty();
        put(app("short").toBuilder().setMaxTtlSeconds(60).build());
        App longest = put(app("long").toBuilder().setMaxTtlSeconds(3_600).build());
        put(app("none"));
        assertThat(directory.longestLived().toCompletableFuture().join()).contains(longest);
    }

    @Test
    void anEntryIsReplacedUnderTheVersionItWasReadWith() {
        App first = put(app("demo"));
        App second = put(first.toBuilder().setDisplayName("Demo").build());
        assertThat(second.getVersion()).isGreaterThan(first.getVersion());
        assertThat(readAll(1_000).getAppsList()).containsExactly(second);
    }

    @Test
    void anEntryIsNotReplacedUnderAnOlderVersion() {
        App first = put(app("demo"));
        App second = put(first.toBuilder().setDisplayName("Demo").build());
        assertRefused(ErrorCode.FAILED_PRECONDITION, "(expected: " + second.getVersion() + ")", () -> put(first));
    }

    @Test
    void anEntryIsNotMadeTwice() {
        put(app("demo"));
        assertRefused(ErrorCode.ALREADY_EXISTS, "demo", () -> put(app("demo")));
    }

    @Test
    void anEntryThatDoesNotExistIsNotReplaced() {
        App never = app("demo").toBuilder().setVersion(7).build();
        assertRefused(ErrorCode.FAILED_PRECONDITION, "version: 7 (expected: 0)", () -> put(never));
    }

    @Test
    void ofManyWhoReplaceTheSameVersionOneSucceeds() {
        App first = put(app("demo"));
        List<CompletableFuture<Boolean>> attempts = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            App mine = first.toBuilder().setDisplayName("by " + i).build();
            attempts.add(directory
                    .putApp(PutAppRequest.newBuilder().setApp(mine).build())
                    .handle((reply, failure) -> failure == null)
                    .toCompletableFuture());
        }
        assertThat(attempts.stream().filter(CompletableFuture::join)).hasSize(1);
    }

    /** One writer of apps, one of credentials, and a reader that follows: it must miss nothing. */
    @Test
    void whoFollowsByVersionMissesNoChangeHoweverChangesAndReadsInterleave() {
        int each = 100;
        CompletableFuture<Void> written = CompletableFuture.allOf(
                CompletableFuture.runAsync(() -> writeApps(each)),
                CompletableFuture.runAsync(() -> writeCredentials(each)));
        Map<String, Long> seen = new TreeMap<>();
        long version = 0;
        boolean complete;
        do {
            complete = written.isDone();
            version = follow(version, seen);
        } while (!complete);
        written.join();
        assertThat(seen).hasSize(2 * each);
    }

    @Test
    void pagesHoldAppsAndCredentialsInTheOrderOfChangeUnderOneLimit() {
        put(app("a"));
        put(credential("k1"));
        put(app("b"));
        put(credential("k2"));
        put(app("c"));
        ReadDirectoryReply page = read(0, 3);
        assertThat(page.getAppsList()).extracting(App::getId).containsExactly("a", "b");
        assertThat(page.getCredentialsList()).extracting(Credential::getId).containsExactly("k1");
        assertThat(page.getMore()).isTrue();
        ReadDirectoryReply rest = read(page.getVersion(), 3);
        assertThat(rest.getAppsList()).extracting(App::getId).containsExactly("c");
        assertThat(rest.getCredentialsList()).extracting(Credential::getId).containsExactly("k2");
        assertThat(rest.getMore()).isFalse();
        assertThat(read(rest.getVersion(), 3).getVersion()).isEqualTo(rest.getVersion());
    }

    @Test
    void aChangeAndItsAuditEntryAreOne() {
        put(app("demo"));
        PutAppRequest again = PutAppRequest.newBuilder()
                .setApp(app("demo"))
                .setAudit(entry("refused"))
                .build();
        assertRefused(ErrorCode.ALREADY_EXISTS, "demo", () -> join(directory.putApp(again)));
        join(directory.putCredential(PutCredentialRequest.newBuilder()
                .setCredential(credential("k1"))
                .setAudit(entry("made"))
                .build()));
        assertThat(audit(0, 10)).extracting(AuditEntry::getAct).containsExactly("made");
    }

    @Test
    void theAuditLogIsReadNewestFirstPageByPage() {
        for (int i = 1; i <= 5; i++) {
            join(directory.appendAudit(entry("act " + i)));
        }
        List<AuditEntry> newest = audit(0, 2);
        assertThat(newest).extracting(AuditEntry::getAct).containsExactly("act 5", "act 4");
        List<AuditEntry> older = audit(newest.getLast().getNumber(), 10);
        assertThat(older).extracting(AuditEntry::getAct).containsExactly("act 3", "act 2", "act 1");
    }

    @Test
    void idsThatCannotBeStoredAreRefused() {
        assertRefused(ErrorCode.INVALID_ARGUMENT, "app: 0 bytes", () -> put(app("")));
        assertRefused(ErrorCode.INVALID_ARGUMENT, "65", () -> put(credential("k".repeat(65))));
        assertRefused(ErrorCode.INVALID_ARGUMENT, "max_entries: 10001 (expected: 0 to 10000)", () -> read(0, 10_001));
    }

    @Test
    void aFullExecutorRefuses() {
        Directory full = new Directory(jdbi, work -> {
            throw new RejectedExecutionException();
        });
        assertRefused(
                ErrorCode.RESOURCE_EXHAUSTED,
                "too many",
                () -> join(full.read(ReadDirectoryRequest.getDefaultInstance())));
    }

    private void writeApps(int count) {
        for (int i = 0; i < count; i++) {
            put(app("app-" + i));
        }
    }

    private void writeCredentials(int count) {
        for (int i = 0; i < count; i++) {
            put(credential("key-" + i));
        }
    }

    private long follow(long since, Map<String, Long> seen) {
        ReadDirectoryReply reply = read(since, 7);
        reply.getAppsList().forEach(app -> seen.put(app.getId(), app.getVersion()));
        reply.getCredentialsList().forEach(key -> seen.put(key.getId(), key.getVersion()));
        return reply.getMore() ? follow(reply.getVersion(), seen) : reply.getVersion();
    }

    private App put(App app) {
        return join(directory.putApp(PutAppRequest.newBuilder().setApp(app).build()))
                .getApp();
    }

    private Credential put(Credential credential) {
        return join(directory.putCredential(PutCredentialRequest.newBuilder()
                        .setCredential(credential)
                        .build()))
                .getCredential();
    }

    private ReadDirectoryReply readAll(int limit) {
        return read(0, limit);
    }

    private ReadDirectoryReply read(long since, int limit) {
        return join(directory.read(ReadDirectoryRequest.newBuilder()
                .setSinceVersion(since)
                .setMaxEntries(limit)
                .build()));
    }

    private List<AuditEntry> audit(long before, int limit) {
        return join(directory.listAudit(ListAuditRequest.newBuilder()
                        .setBefore(before)
                        .setMaxEntries(limit)
                        .build()))
                .getEntriesList();
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static void assertRefused(ErrorCode code, String message, ThrowingCallable work) {
        assertThatThrownBy(work).satisfies(failure -> {
            Throwable root = failure instanceof CompletionException ? failure.getCause() : failure;
            assertThat(root)
                    .isInstanceOfSatisfying(
                            HawserException.class,
                            refusal -> assertThat(refusal.code()).isEqualTo(code))
                    .hasMessageContaining(message);
        });
    }

    private static App app(String id) {
        return App.newBuilder().setId(id).build();
    }

    private static Credential credential(String id) {
        return Credential.newBuilder()
                .setId(id)
                .setSecretHash(ByteString.copyFromUtf8("hash of " + id))
                .build();
    }

    private static AuditEntry entry(String act) {
        return AuditEntry.newBuilder().setAct(act).build();
    }
}
