package io.hawser.center.operation;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.hawser.api.v1.CreateKeyRequest;
import io.hawser.api.v1.IssuedKey;
import io.hawser.api.v1.Key;
import io.hawser.api.v1.ListKeysRequest;
import io.hawser.api.v1.ListKeysResponse;
import io.hawser.api.v1.RotateKeyRequest;
import io.hawser.center.access.Role;
import io.hawser.center.access.Scope;
import io.hawser.center.operation.Audit.Act;
import io.hawser.rpc.directory.ApiKey;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.Credential;
import io.hawser.rpc.v1.CredentialKind;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The keys of apps and operators. A secret is shown when it is made, and only its hash is kept. */
final class Keys {
    private static final List<String> SCOPES =
            Arrays.stream(Scope.values()).map(Scope::grant).toList();
    private static final List<String> ROLES =
            Arrays.stream(Role.values()).map(Role::grant).toList();
    private static final Duration DEFAULT_GRACE = Durations.fromDays(1);
    private static final Duration MAX_GRACE = Durations.fromDays(30);
    private static final Duration MAX_TTL = Durations.fromDays(3_650);

    private final Entries entries;
    private final Audit audit;
    private final SecureRandom random;
    private final Clock clock;

    Keys(Entries entries, Audit audit, SecureRandom random, Clock clock) {
        this.entries = entries;
        this.audit = audit;
        this.random = random;
        this.clock = clock;
    }

    /** The key that a new app comes with. */
    CompletableFuture<IssuedKey> first(Act act, App app) {
        Credential.Builder credential = Credential.newBuilder()
                .setKind(CredentialKind.APP_KEY)
                .setApp(app.getId())
                .setDisplayName("first key")
                .addAllGrants(SCOPES);
        return issue(act, credential);
    }

    CompletableFuture<IssuedKey> create(Act act, CreateKeyRequest request) {
        boolean ofOperator = request.getApp().isEmpty();
        Credential.Builder credential = Credential.newBuilder()
                .setKind(ofOperator ? CredentialKind.OPERATOR_KEY : CredentialKind.APP_KEY)
                .setApp(request.getApp())
                .setDisplayName(AppSettings.name(request.getDisplayName()))
                .addAllGrants(ofOperator ? role(request.getGrantsList()) : scopes(request.getGrantsList()))
                .setExpiresMs(request.hasTtl() ? clock.millis() + millis("ttl", request.getTtl(), 1, MAX_TTL) : 0);
        return ofOperator
                ? issue(act, credential)
                : entries.app(request.getApp()).thenCompose(app -> issue(act, credential));
    }

    CompletableFuture<ListKeysResponse> list(ListKeysRequest request) {
        String app = request.getApp();
        return entries.credentials(
                        Page.of("keys/" + app, request.getPageSize(), request.getPageToken()),
                        credential -> app.isEmpty() || credential.getApp().equals(app))
                .thenApply(listed -> ListKeysResponse.newBuilder()
                        .addAllKeys(listed.entries().stream().map(Keys::view).toList())
                        .setNextPageToken(listed.nextPageToken())
                        .build());
    }

    /** The new key first: a fault between the two leaves one key too many rather than none. */
    CompletableFuture<IssuedKey> rotate(Act act, RotateKeyRequest request) {
        long graceMs = millis("grace", request.hasGrace() ? request.getGrace() : DEFAULT_GRACE, 0, MAX_GRACE);
        return entries.credential(request.getId()).thenCompose(old -> {
            requireUsable(old);
            return issue(act, successor(old))
                    .thenCompose(issued -> entries.put(
                                    ending(old, clock.millis() + graceMs),
                                    audit.entry(
                                            act,
                                            "replaced by " + issued.getKey().getId()))
                            .thenApply(ended -> issued));
        });
    }

    CompletableFuture<Key> disable(Act act, String id) {
        return entries.credential(id)
                .thenCompose(credential ->
                        entries.put(credential.toBuilder().setDisabled(true).build(), audit.entry(act, "")))
                .thenApply(Keys::view);
    }

    private CompletableFuture<IssuedKey> issue(Act act, Credential.Builder credential) {
        ApiKey key = ApiKey.draw(random);
        Credential complete = credential
                .setId(key.id())
                .setSecretHash(key.secretHash())
                .setCreatedMs(clock.millis())
                .build();
        return entries.put(complete, audit.entry(act, "key " + key.id()))
                .thenApply(stored -> IssuedKey.newBuilder()
                        .setKey(view(stored))
                        .setSecret(key.reveal())
                        .build());
    }

    private static Credential.Builder successor(Credential old) {
        return Credential.newBuilder()
                .setKind(old.getKind())
                .setApp(old.getApp())
                .setDisplayName(old.getDisplayName())
                .addAllGrants(old.getGrantsList());
    }

    private static Credential ending(Credential old, long atMs) {
        long endMs = old.getExpiresMs() == 0 ? atMs : Math.min(old.getExpiresMs(), atMs);
        return old.toBuilder().setExpiresMs(endMs).build();
    }

    private void requireUsable(Credential credential) {
        boolean expired = credential.getExpiresMs() != 0 && credential.getExpiresMs() <= clock.millis();
        if (credential.getDisabled() || expired) {
            throw HawserException.refusal(
                    ErrorCode.FAILED_PRECONDITION,
                    "id: " + credential.getId() + " is disabled or has expired (expected: a key in use)");
        }
    }

    private static List<String> scopes(List<String> grants) {
        if (grants.isEmpty() || !SCOPES.containsAll(grants)) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "grants: " + grants + " (expected: some of " + SCOPES + ")");
        }
        return grants;
    }

    private static List<String> role(List<String> grants) {
        if (grants.size() != 1 || !ROLES.containsAll(grants)) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "grants: " + grants + " (expected: one of " + ROLES + ")");
        }
        return grants;
    }

    private static long millis(String name, Duration given, long minSeconds, Duration max) {
        if (!Durations.isValid(given) || given.getSeconds() < minSeconds || Durations.compare(given, max) > 0) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    name + ": " + given.getSeconds() + "s (expected: " + minSeconds + "s to " + max.getSeconds()
                            + "s)");
        }
        return Durations.toMillis(given);
    }

    private static Key view(Credential credential) {
        Key.Builder view = Key.newBuilder()
                .setId(credential.getId())
                .setApp(credential.getApp())
                .setDisplayName(credential.getDisplayName())
                .addAllGrants(credential.getGrantsList())
                .setDisabled(credential.getDisabled())
                .setCreated(Timestamps.fromMillis(credential.getCreatedMs()));
        return credential.getExpiresMs() == 0
                ? view.build()
                : view.setExpires(Timestamps.fromMillis(credential.getExpiresMs()))
                        .build();
    }
}
