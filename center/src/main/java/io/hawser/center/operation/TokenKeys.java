package io.hawser.center.operation;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.Timestamps;
import io.hawser.api.v1.AddTokenKeyRequest;
import io.hawser.api.v1.IssuedTokenKey;
import io.hawser.api.v1.ListTokenKeysResponse;
import io.hawser.center.operation.Audit.Act;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.TokenAlgorithm;
import io.hawser.rpc.v1.TokenKey;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/**
 * The keys that an app's client tokens are checked against, which stand in the app's entry: rooms have a change with
 * their next copy of it. Several are good at once, so that one takes over from another without a token refused.
 *
 * <p>A secret leaves this class in the answer that made it, and towards the directory.
 */
final class TokenKeys {
    private static final int SECRET_BYTES = 32;
    private static final int ID_BYTES = 6;
    private static final int MAX_KEYS = 8;
    private static final String FIRST = "k1";

    private final Entries entries;
    private final Audit audit;
    private final SecureRandom random;
    private final Clock clock;

    TokenKeys(Entries entries, Audit audit, SecureRandom random, Clock clock) {
        this.entries = entries;
        this.audit = audit;
        this.random = random;
        this.clock = clock;
    }

    /** The key that a new app comes with. */
    static TokenKey first(SecureRandom random) {
        return TokenKey.newBuilder()
                .setId(FIRST)
                .setAlgorithm(TokenAlgorithm.HS256)
                .setMaterial(secret(random))
                .setSigns(true)
                .build();
    }

    CompletableFuture<ListTokenKeysResponse> list(String app) {
        return entries.app(app).thenApply(stored -> {
            ListTokenKeysResponse.Builder listed = ListTokenKeysResponse.newBuilder();
            stored.getTokenKeysList().forEach(key -> listed.addKeys(view(key)));
            return listed.build();
        });
    }

    CompletableFuture<IssuedTokenKey> add(Act act, AddTokenKeyRequest request) {
        TokenKey key = made(request);
        return change(act, request.getApp(), "token key " + key.getId(), app -> plus(app, key))
                .thenApply(stored -> issued(key));
    }

    CompletableFuture<io.hawser.api.v1.TokenKey> sign(Act act, String app, String id) {
        return change(act, app, "signs", stored -> signing(stored, id)).thenApply(stored -> view(find(stored, id)));
    }

    /** The answer shows the key as it was. */
    CompletableFuture<io.hawser.api.v1.TokenKey> retire(Act act, String app, String id) {
        return entries.app(app).thenCompose(stored -> {
            TokenKey key = find(stored, id);
            return entries.put(without(stored, key), audit.entry(act, "retired"))
                    .thenApply(changed -> view(key));
        });
    }

    private CompletableFuture<App> change(Act act, String app, String detail, UnaryOperator<App> change) {
        return entries.app(app).thenCompose(stored -> entries.put(change.apply(stored), audit.entry(act, detail)));
    }

    private TokenKey made(AddTokenKeyRequest request) {
        TokenKey.Builder key = TokenKey.newBuilder()
                .setId(drawId())
                .setDisplayName(AppSettings.name(request.getDisplayName()))
                .setCreatedMs(clock.millis());
        return switch (request.getAlgorithm()) {
            case TOKEN_ALGORITHM_UNSPECIFIED, HS256 ->
                key.setAlgorithm(TokenAlgorithm.HS256)
                        .setMaterial(drawnFor(request))
                        .build();
            case ES256 ->
                key.setAlgorithm(TokenAlgorithm.ES256)
                        .setMaterial(ByteString.copyFrom(PublicKeys.read(request.getPublicKey())))
                        .build();
            case UNRECOGNIZED ->
                throw HawserException.refusal(
                        ErrorCode.INVALID_ARGUMENT, "algorithm: an unknown number (expected: HS256 or ES256)");
        };
    }

    private ByteString drawnFor(AddTokenKeyRequest request) {
        if (!request.getPublicKey().isEmpty()) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "public_key: set (expected: none beside HS256, whose key is drawn)");
        }
        return secret(random);
    }

    private String drawId() {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        return "k" + HexFormat.of().formatHex(id);
    }

    private static ByteString secret(SecureRandom random) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return ByteString.copyFrom(secret);
    }

    private static App plus(App app, TokenKey key) {
        if (app.getTokenKeysCount() >= MAX_KEYS) {
            throw HawserException.refusal(
                    ErrorCode.FAILED_PRECONDITION,
                    "token keys: " + app.getTokenKeysCount() + " (expected: fewer than " + MAX_KEYS
                            + "; retire one first)");
        }
        return app.toBuilder().addTokenKeys(key).build();
    }

    private static App signing(App app, String id) {
        if (find(app, id).getAlgorithm() != TokenAlgorithm.HS256) {
            throw HawserException.refusal(
                    ErrorCode.FAILED_PRECONDITION,
                    "token key: " + id + " has no private half here (expected: an HS256 key)");
        }
        App.Builder changed = app.toBuilder();
        changed.getTokenKeysBuilderList()
                .forEach(key -> key.setSigns(key.getId().equals(id)));
        return changed.build();
    }

    private static App without(App app, TokenKey key) {
        return app.toBuilder()
                .clearTokenKeys()
                .addAllTokenKeys(app.getTokenKeysList().stream()
                        .filter(other -> !other.getId().equals(key.getId()))
                        .toList())
                .build();
    }

    private static TokenKey find(App app, String id) {
        return app.getTokenKeysList().stream()
                .filter(key -> key.getId().equals(id))
                .findFirst()
                .orElseThrow(() -> HawserException.refusal(
                        ErrorCode.NOT_FOUND, "token key: " + id + " (expected: one of app " + app.getId() + ")"));
    }

    private static IssuedTokenKey issued(TokenKey key) {
        IssuedTokenKey.Builder issued = IssuedTokenKey.newBuilder().setKey(view(key));
        return key.getAlgorithm() == TokenAlgorithm.HS256
                ? issued.setSecret(key.getMaterial()).build()
                : issued.build();
    }

    private static io.hawser.api.v1.TokenKey view(TokenKey key) {
        io.hawser.api.v1.TokenKey.Builder view = io.hawser.api.v1.TokenKey.newBuilder()
                .setId(key.getId())
                .setDisplayName(key.getDisplayName())
                .setAlgorithmValue(key.getAlgorithmValue())
                .setSigns(key.getSigns());
        return key.getCreatedMs() == 0
                ? view.build()
                : view.setCreated(Timestamps.fromMillis(key.getCreatedMs())).build();
    }
}
