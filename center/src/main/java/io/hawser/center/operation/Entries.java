package io.hawser.center.operation;

import io.hawser.center.link.Outages;
import io.hawser.center.link.Repeats;
import io.hawser.center.link.Savers;
import io.hawser.rpc.directory.AppDirectory;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.AuditEntry;
import io.hawser.rpc.v1.Credential;
import io.hawser.rpc.v1.PutAppReply;
import io.hawser.rpc.v1.PutAppRequest;
import io.hawser.rpc.v1.PutCredentialReply;
import io.hawser.rpc.v1.PutCredentialRequest;
import io.hawser.rpc.v1.ReadDirectoryReply;
import io.hawser.rpc.v1.ReadDirectoryRequest;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory's entries, for operators: read as they are now, changed under their version. A change is in this
 * center's copy by the time it is answered; others have it within a second.
 */
public final class Entries {
    private static final Logger LOG = LoggerFactory.getLogger(Entries.class);
    private static final Duration PUT_TIMEOUT = Duration.ofSeconds(5);
    private static final int READ_ENTRIES = 1_000;

    private final Savers savers;
    private final AppDirectory directory;

    public Entries(Savers savers, AppDirectory directory) {
        this.savers = savers;
        this.directory = directory;
    }

    public CompletableFuture<App> app(String id) {
        return refreshed().thenApply(fresh -> found("app", id, directory.app(id)));
    }

    CompletableFuture<Credential> credential(String id) {
        return refreshed().thenApply(fresh -> found("key", id, directory.credential(id)));
    }

    /** Not repeated: the second attempt of one that succeeded unheard would say that the version is not the present one. */
    public CompletableFuture<App> put(App app, AuditEntry entry) {
        PutAppRequest request =
                PutAppRequest.newBuilder().setApp(app).setAudit(entry).build();
        return savers.anyOnce(SaverGrpc.getPutAppMethod(), request, PUT_TIMEOUT)
                .thenApply(PutAppReply::getApp)
                .thenCompose(this::refreshed);
    }

    CompletableFuture<Credential> put(Credential credential, AuditEntry entry) {
        PutCredentialRequest request = PutCredentialRequest.newBuilder()
                .setCredential(credential)
                .setAudit(entry)
                .build();
        return savers.anyOnce(SaverGrpc.getPutCredentialMethod(), request, PUT_TIMEOUT)
                .thenApply(PutCredentialReply::getCredential)
                .thenCompose(this::refreshed);
    }

    CompletableFuture<Listed<App>> apps(Page page) {
        return new Listing<>(page, ReadDirectoryReply::getAppsList, App::getVersion, app -> true).read(page.position());
    }

    CompletableFuture<Listed<Credential>> credentials(Page page, Predicate<Credential> wanted) {
        return new Listing<>(page, ReadDirectoryReply::getCredentialsList, Credential::getVersion, wanted)
                .read(page.position());
    }

    /** Some entries in the order of their last change, and the token of the next page; empty: there is none. */
    record Listed<E>(List<E> entries, String nextPageToken) {}

    private CompletableFuture<Void> refreshed() {
        return Outages.told("saver", directory.refresh());
    }

    private <E> CompletableFuture<E> refreshed(E stored) {
        return directory.refresh().handle((fresh, failure) -> {
            if (failure != null) {
                LOG.warn("The change is stored, but this center will see it later", Repeats.refusalOf(failure));
            }
            return stored;
        });
    }

    private static <E> E found(String what, String id, @Nullable E entry) {
        if (entry == null) {
            throw HawserException.refusal(
                    what.equals("app") ? ErrorCode.UNKNOWN_APP : ErrorCode.NOT_FOUND,
                    what + ": " + id + " (expected: one that exists)");
        }
        return entry;
    }

    /** Reads the directory until a page is full or nothing is left. */
    private final class Listing<E> {
        private final Page page;
        private final Function<ReadDirectoryReply, List<E>> kind;
        private final ToLongFunction<E> version;
        private final Predicate<E> wanted;
        private final List<E> listed = new ArrayList<>();

        Listing(Page page, Function<ReadDirectoryReply, List<E>> kind, ToLongFunction<E> version, Predicate<E> wanted) {
            this.page = page;
            this.kind = kind;
            this.version = version;
            this.wanted = wanted;
        }

        CompletableFuture<Listed<E>> read(long since) {
            ReadDirectoryRequest request = ReadDirectoryRequest.newBuilder()
                    .setSinceVersion(since)
                    .setMaxEntries(READ_ENTRIES)
                    .build();
            return savers.any(SaverGrpc.getReadDirectoryMethod(), request).thenCompose(this::take);
        }

        private CompletableFuture<Listed<E>> take(ReadDirectoryReply reply) {
            for (E entry : kind.apply(reply)) {
                if (wanted.test(entry)) {
                    if (listed.size() == page.size()) {
                        return done(page.next(version.applyAsLong(listed.getLast())));
                    }
                    listed.add(entry);
                }
            }
            return reply.getMore() ? read(reply.getVersion()) : done("");
        }

        private CompletableFuture<Listed<E>> done(String nextPageToken) {
            return CompletableFuture.completedFuture(new Listed<>(List.copyOf(listed), nextPageToken));
        }
    }
}
