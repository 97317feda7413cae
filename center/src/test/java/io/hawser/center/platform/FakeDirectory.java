package io.hawser.center.platform;

import io.hawser.rpc.link.LinkServer;
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
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** A saver's directory, in memory. */
public final class FakeDirectory {
    private final Map<String, App> apps = new TreeMap<>();
    private final Map<String, Credential> credentials = new TreeMap<>();
    private final List<AuditEntry> audit = new ArrayList<>();
    private long version;

    public synchronized App put(App app) {
        App stored = app.toBuilder().setVersion(++version).build();
        apps.put(app.getId(), stored);
        return stored;
    }

    public synchronized Credential put(Credential credential) {
        Credential stored = credential.toBuilder().setVersion(++version).build();
        credentials.put(credential.getId(), stored);
        return stored;
    }

    public synchronized App app(String id) {
        return Objects.requireNonNull(apps.get(id));
    }

    public synchronized List<AuditEntry> audit() {
        return List.copyOf(audit);
    }

    public synchronized List<Credential> credentials() {
        return List.copyOf(credentials.values());
    }

    void serve(LinkServer.Builder server) {
        server.handle(SaverGrpc.getReadDirectoryMethod(), (request, caller) -> done(read(request)))
                .handle(SaverGrpc.getPutAppMethod(), (request, caller) -> done(putApp(request)))
                .handle(SaverGrpc.getPutCredentialMethod(), (request, caller) -> done(putCredential(request)))
                .handle(SaverGrpc.getAppendAuditMethod(), (request, caller) -> done(append(request)))
                .handle(SaverGrpc.getListAuditMethod(), (request, caller) -> done(list(request)));
    }

    private synchronized ReadDirectoryReply read(ReadDirectoryRequest request) {
        return ReadDirectoryReply.newBuilder()
                .addAllApps(apps.values().stream()
                        .filter(app -> app.getVersion() > request.getSinceVersion())
                        .sorted(Comparator.comparingLong(App::getVersion))
                        .toList())
                .addAllCredentials(credentials.values().stream()
                        .filter(credential -> credential.getVersion() > request.getSinceVersion())
                        .sorted(Comparator.comparingLong(Credential::getVersion))
                        .toList())
                .setVersion(version)
                .build();
    }

    private synchronized PutAppReply putApp(PutAppRequest request) {
        App present = apps.getOrDefault(request.getApp().getId(), App.getDefaultInstance());
        check(request.getApp().getVersion(), present.getVersion());
        append(request.getAudit());
        return PutAppReply.newBuilder().setApp(put(request.getApp())).build();
    }

    private synchronized PutCredentialReply putCredential(PutCredentialRequest request) {
        Credential present = credentials.getOrDefault(request.getCredential().getId(), Credential.getDefaultInstance());
        check(request.getCredential().getVersion(), present.getVersion());
        append(request.getAudit());
        return PutCredentialReply.newBuilder()
                .setCredential(put(request.getCredential()))
                .build();
    }

    private synchronized AppendAuditReply append(AuditEntry entry) {
        audit.add(entry.toBuilder().setNumber(audit.size() + 1).build());
        return AppendAuditReply.newBuilder().setNumber(audit.size()).build();
    }

    private synchronized ListAuditReply list(ListAuditRequest request) {
        return ListAuditReply.newBuilder()
                .addAllEntries(audit.reversed().stream()
                        .filter(entry -> request.getBefore() == 0 || entry.getNumber() < request.getBefore())
                        .limit(request.getMaxEntries())
                        .toList())
                .build();
    }

    private static void check(long given, long present) {
        if (given != present) {
            ErrorCode code = given == 0 ? ErrorCode.ALREADY_EXISTS : ErrorCode.FAILED_PRECONDITION;
            throw HawserException.refusal(code, "version: " + given + " (expected: " + present + ")");
        }
    }

    private static <R> CompletableFuture<R> done(R reply) {
        return CompletableFuture.completedFuture(reply);
    }
}
