package io.hawser.center.callback;

import io.hawser.center.link.Repeats;
import io.hawser.center.operation.Entries;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.AuditEntry;
import io.hawser.rpc.v1.Callback;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/**
 * An app's callbacks, which stand in the app's entry: coordinators have a change with their next copy of it. Callers give
 * no version, so a change that met another one is made again on what came of that.
 */
final class Targets {
    private static final int MAX_CALLBACKS = 8;
    private static final int MAX_SECRETS = 4;
    private static final int ATTEMPTS = 3;

    private final Entries entries;
    private final SecureRandom random;

    Targets(Entries entries, SecureRandom random) {
        this.entries = entries;
        this.random = random;
    }

    /** A callback, and the secret that was drawn for it. */
    CompletableFuture<Callback> create(String app, io.hawser.api.v1.Callback given, AuditEntry entry) {
        Callback made = CallbackForm.apply(given, Callback.getDefaultInstance()).toBuilder()
                .addSecrets(Secrets.draw(random))
                .build();
        return change(app, made.getId(), entry, stored -> plus(stored, made));
    }

    CompletableFuture<Callback> update(String app, io.hawser.api.v1.Callback given, AuditEntry entry) {
        // What is malformed is refused as such, whether there is one of that id or not.
        var _ = CallbackForm.apply(given, Callback.getDefaultInstance());
        return replace(app, given.getId(), entry, stored -> CallbackForm.apply(given, stored));
    }

    /** The answer shows it as it was. */
    CompletableFuture<Callback> delete(String app, String id, AuditEntry entry) {
        List<Callback> removed = new ArrayList<>();
        return changed(
                        app,
                        entry,
                        stored -> {
                            removed.add(find(stored, id));
                            return without(stored, id);
                        },
                        ATTEMPTS)
                .thenApply(stored -> removed.getLast());
    }

    CompletableFuture<Callback> rotate(String app, String id, AuditEntry entry) {
        var secret = Secrets.draw(random);
        return replace(app, id, entry, stored -> {
            if (stored.getSecretsCount() >= MAX_SECRETS) {
                throw HawserException.refusal(
                        ErrorCode.FAILED_PRECONDITION,
                        "secrets: " + stored.getSecretsCount() + " (expected: fewer than " + MAX_SECRETS
                                + "; retire the old ones first)");
            }
            return stored.toBuilder().addSecrets(secret).build();
        });
    }

    CompletableFuture<Callback> retire(String app, String id, AuditEntry entry) {
        return replace(
                app,
                id,
                entry,
                stored -> stored.toBuilder()
                        .clearSecrets()
                        .addSecrets(stored.getSecretsList().getLast())
                        .build());
    }

    /** @throws HawserException NOT_FOUND */
    static Callback find(App app, String id) {
        return app.getCallbacksList().stream()
                .filter(callback -> callback.getId().equals(id))
                .findFirst()
                .orElseThrow(() -> HawserException.refusal(
                        ErrorCode.NOT_FOUND, "callback: " + id + " (expected: one of app " + app.getId() + ")"));
    }

    private CompletableFuture<Callback> replace(
            String app, String id, AuditEntry entry, UnaryOperator<Callback> change) {
        return change(app, id, entry, stored -> replaced(stored, change.apply(find(stored, id))));
    }

    private CompletableFuture<Callback> change(String app, String id, AuditEntry entry, UnaryOperator<App> change) {
        return changed(app, entry, change, ATTEMPTS).thenApply(stored -> find(stored, id));
    }

    private CompletableFuture<App> changed(String app, AuditEntry entry, UnaryOperator<App> change, int attempts) {
        return entries.app(app).thenCompose(stored -> {
            App wanted = change.apply(stored);
            return entries.put(wanted, entry).exceptionallyCompose(failure -> {
                HawserException refusal = Repeats.refusalOf(failure);
                return refusal.code() == ErrorCode.FAILED_PRECONDITION && attempts > 1
                        ? changed(app, entry, change, attempts - 1)
                        : CompletableFuture.failedFuture(refusal);
            });
        });
    }

    private static App plus(App app, Callback made) {
        if (app.getCallbacksList().stream()
                .anyMatch(callback -> callback.getId().equals(made.getId()))) {
            throw HawserException.refusal(
                    ErrorCode.ALREADY_EXISTS, "callback: " + made.getId() + " exists (expected: a new id)");
        }
        if (app.getCallbacksCount() >= MAX_CALLBACKS) {
            throw HawserException.refusal(
                    ErrorCode.FAILED_PRECONDITION,
                    "callbacks: " + app.getCallbacksCount() + " (expected: fewer than " + MAX_CALLBACKS + ")");
        }
        return app.toBuilder().addCallbacks(made).build();
    }

    private static App replaced(App app, Callback changed) {
        return app.toBuilder()
                .clearCallbacks()
                .addAllCallbacks(app.getCallbacksList().stream()
                        .map(callback -> callback.getId().equals(changed.getId()) ? changed : callback)
                        .toList())
                .build();
    }

    private static App without(App app, String id) {
        return app.toBuilder()
                .clearCallbacks()
                .addAllCallbacks(app.getCallbacksList().stream()
                        .filter(callback -> !callback.getId().equals(id))
                        .toList())
                .build();
    }
}
