package io.hawser.center.operation;

import io.hawser.api.v1.CreateAppResponse;
import io.hawser.api.v1.ListAppsRequest;
import io.hawser.api.v1.ListAppsResponse;
import io.hawser.center.operation.Audit.Act;
import io.hawser.rpc.v1.App;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;

/** Apps, as operators make and change them. */
final class Apps {
    private final Entries entries;
    private final Keys keys;
    private final Audit audit;
    private final SecureRandom random;
    private final Clock clock;

    Apps(Entries entries, Keys keys, Audit audit, SecureRandom random, Clock clock) {
        this.entries = entries;
        this.keys = keys;
        this.audit = audit;
        this.random = random;
        this.clock = clock;
    }

    /** An app with a key that signs its tokens, and its first API key with all scopes. */
    CompletableFuture<CreateAppResponse> create(Act act, io.hawser.api.v1.App given) {
        if (given.getVersion() != 0) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "app.version: " + given.getVersion() + " (expected: none)");
        }
        App app = AppSettings.apply(given, App.getDefaultInstance()).toBuilder()
                .addTokenKeys(TokenKeys.first(random))
                .setCreatedMs(clock.millis())
                .build();
        return entries.put(app, audit.entry(act, ""))
                .thenCompose(stored -> keys.first(act, stored)
                        .thenApply(key -> CreateAppResponse.newBuilder()
                                .setApp(AppSettings.view(stored))
                                .setKey(key)
                                .build()));
    }

    CompletableFuture<io.hawser.api.v1.App> get(String id) {
        return entries.app(id).thenApply(AppSettings::view);
    }

    CompletableFuture<ListAppsResponse> list(ListAppsRequest request) {
        return entries.apps(Page.of("apps", request.getPageSize(), request.getPageToken()))
                .thenApply(listed -> ListAppsResponse.newBuilder()
                        .addAllApps(
                                listed.entries().stream().map(AppSettings::view).toList())
                        .setNextPageToken(listed.nextPageToken())
                        .build());
    }

    CompletableFuture<io.hawser.api.v1.App> update(Act act, io.hawser.api.v1.App given) {
        return entries.app(given.getId())
                .thenCompose(stored -> entries.put(
                        AppSettings.apply(given, requireVersion(given, stored)),
                        audit.entry(act, "from version " + stored.getVersion())))
                .thenApply(AppSettings::view);
    }

    private static App requireVersion(io.hawser.api.v1.App given, App stored) {
        if (given.getVersion() != stored.getVersion()) {
            throw HawserException.refusal(
                    ErrorCode.FAILED_PRECONDITION,
                    "app.version: " + (given.getVersion() == 0 ? "missing" : given.getVersion()) + " (expected: "
                            + stored.getVersion() + ")");
        }
        return stored;
    }
}
