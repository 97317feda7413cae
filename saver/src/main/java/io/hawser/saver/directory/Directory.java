package io.hawser.saver.directory;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.hawser.rpc.id.AppId;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.AppendAuditReply;
import io.hawser.rpc.v1.AuditEntry;
import io.hawser.rpc.v1.Credential;
import io.hawser.rpc.v1.ListAuditReply;
import io.hawser.rpc.v1.ListAuditRequest;
import io.hawser.rpc.v1.PutAppReply;
import io.hawser.rpc.v1.PutAppRequest;
import io.hawser.rpc.v1.PutCredentialReply;
import io.hawser.rpc.v1.PutCredentialRequest;
import io.hawser.rpc.v1.ReadDirectoryReply;
import io.hawser.rpc.v1.ReadDirectoryRequest;
import io.hawser.saver.directory.DirectoryTables.Kind;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/**
 * The directory of apps and credentials, and the audit log. Every saver serves it; MySQL is its only state.
 *
 * <p>Changes are optimistic: an entry is put with the version it was read with, and FAILED_PRECONDITION tells that
 * another change came first. Calls run on {@code executor}, which bounds how many wait; beyond, RESOURCE_EXHAUSTED.
 */
public final class Directory {
    private static final int DEFAULT_ENTRIES = 1_000;
    private static final int MAX_ENTRIES = 10_000;

    private final Jdbi jdbi;
    private final Executor executor;

    public Directory(Jdbi jdbi, Executor executor) {
        this.jdbi = jdbi;
        this.executor = executor;
    }

    /**
     * What changed since a version, in the order of change, apps and credentials under one limit. Both are read of one
     * moment: else a change between the two reads would be skipped for good.
     */
    public CompletionStage<ReadDirectoryReply> read(ReadDirectoryRequest request) {
        int limit = entries(request.getMaxEntries());
        return inSnapshot(handle -> page(
                request.getSinceVersion(),
                limit,
                DirectoryTables.changedSince(handle, Kind.APP, request.getSinceVersion(), limit + 1, App.parser()),
                DirectoryTables.changedSince(
                        handle, Kind.CREDENTIAL, request.getSinceVersion(), limit + 1, Credential.parser())));
    }

    /** Returns the app whose messages may live longest; of many apps, of the 10,000 that were longest not changed. */
    public CompletionStage<Optional<App>> longestLived() {
        return inSnapshot(
                handle -> DirectoryTables.changedSince(handle, Kind.APP, 0, MAX_ENTRIES, App.parser()).stream()
                        .max(Comparator.comparingInt(App::getMaxTtlSeconds)));
    }

    public CompletionStage<PutAppReply> putApp(PutAppRequest request) {
        App app = request.getApp();
        String id = new AppId(app.getId()).value();
        return inTransaction(handle -> {
            long version = nextVersion(handle, Kind.APP, id, app.getVersion(), App.parser(), App::getVersion);
            App stored = app.toBuilder().setVersion(version).build();
            DirectoryTables.put(handle, Kind.APP, id, version, stored);
            if (request.hasAudit()) {
                DirectoryTables.appendAudit(handle, request.getAudit());
            }
            return PutAppReply.newBuilder().setApp(stored).build();
        });
    }

    public CompletionStage<PutCredentialReply> putCredential(PutCredentialRequest request) {
        Credential credential = request.getCredential();
        String id = credential.getId();
        if (id.isEmpty() || id.length() > 64) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "credential.id: " + id.length() + " characters (expected: 1 to 64)");
        }
        return inTransaction(handle -> {
            long version = nextVersion(
                    handle, Kind.CREDENTIAL, id, credential.getVersion(), Credential.parser(), Credential::getVersion);
            Credential stored = credential.toBuilder().setVersion(version).build();
            DirectoryTables.put(handle, Kind.CREDENTIAL, id, version, stored);
            if (request.hasAudit()) {
                DirectoryTables.appendAudit(handle, request.getAudit());
            }
            return PutCredentialReply.newBuilder().setCredential(stored).build();
        });
    }

    public CompletionStage<AppendAuditReply> appendAudit(AuditEntry entry) {
        return inTransaction(handle -> AppendAuditReply.newBuilder()
                .setNumber(DirectoryTables.appendAudit(handle, entry))
                .build());
    }

    public CompletionStage<ListAuditReply> listAudit(ListAuditRequest request) {
        long before = request.getBefore() == 0 ? Long.MAX_VALUE : request.getBefore();
        int limit = entries(request.getMaxEntries());
        return inTransaction(handle -> ListAuditReply.newBuilder()
                .addAllEntries(DirectoryTables.auditBefore(handle, before, limit))
                .build());
    }

    private static int entries(int asked) {
        if (asked < 0 || asked > MAX_ENTRIES) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    "max_entries: " + Integer.toUnsignedString(asked) + " (expected: 0 to " + MAX_ENTRIES + ")");
        }
        return asked == 0 ? DEFAULT_ENTRIES : asked;
    }

    private static <M extends MessageLite> long nextVersion(
            Handle handle, Kind kind, String id, long expected, Parser<M> parser, ToLongFunction<M> versionOf) {
        // The version row first: it is the lock under which the comparison holds.
        long version = DirectoryTables.nextVersion(handle);
        Optional<M> present = DirectoryTables.find(handle, kind, id, parser);
        long presentVersion = present.map(versionOf::applyAsLong).orElse(0L);
        if (expected == presentVersion) {
            return version;
        }
        if (expected == 0) {
            throw HawserException.refusal(
                    ErrorCode.ALREADY_EXISTS, "id: " + id + " exists (expected: a new one, or its version)");
        }
        throw HawserException.refusal(
                ErrorCode.FAILED_PRECONDITION, "version: " + expected + " (expected: " + presentVersion + ")");
    }

    /** Merges two lists that are sorted by version, cut to the limit. */
    private static ReadDirectoryReply page(long since, int limit, List<App> apps, List<Credential> credentials) {
        List<Long> versions = new ArrayList<>(apps.size() + credentials.size());
        apps.forEach(app -> versions.add(app.getVersion()));
        credentials.forEach(credential -> versions.add(credential.getVersion()));
        versions.sort(null);
        boolean more = versions.size() > limit;
        long last = versions.isEmpty() ? since : versions.get(Math.min(limit, versions.size()) - 1);
        return ReadDirectoryReply.newBuilder()
                .addAllApps(
                        apps.stream().filter(app -> app.getVersion() <= last).toList())
                .addAllCredentials(credentials.stream()
                        .filter(credential -> credential.getVersion() <= last)
                        .toList())
                .setVersion(last)
                .setMore(more)
                .build();
    }

    /** Under READ COMMITTED, so that what is read after the version row was locked is the newest there is. */
    private <T> CompletionStage<T> inTransaction(HandleCallback<T, RuntimeException> work) {
        return run(() -> jdbi.inTransaction(TransactionIsolationLevel.READ_COMMITTED, work));
    }

    /** All that {@code work} reads is of one moment. */
    private <T> CompletionStage<T> inSnapshot(HandleCallback<T, RuntimeException> work) {
        return run(() -> jdbi.inTransaction(TransactionIsolationLevel.REPEATABLE_READ, work));
    }

    private <T> CompletionStage<T> run(Supplier<T> work) {
        try {
            return CompletableFuture.supplyAsync(() -> withCode(work), executor);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(
                    HawserException.refusal(ErrorCode.RESOURCE_EXHAUSTED, "directory: too many calls wait"));
        }
    }

    private static <T> T withCode(Supplier<T> work) {
        try {
            return work.get();
        } catch (JdbiException e) {
            throw new HawserException(ErrorCode.UNAVAILABLE, "directory: the database failed", e);
        }
    }
}
