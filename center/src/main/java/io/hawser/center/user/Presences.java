package io.hawser.center.user;

import io.hawser.api.v1.FindPresenceRequest;
import io.hawser.api.v1.FindPresenceResponse;
import io.hawser.api.v1.UserPresence;
import io.hawser.center.link.Lookups;
import io.hawser.center.link.Repeats;
import io.hawser.rpc.id.UserKey;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Whereabouts;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** Tells where many users are. Each register is asked once for all of its users ({@link Lookups}). */
final class Presences {
    private static final int MAX_USERS = 1_000;

    private final Lookups lookups;
    private final Repeats repeats;

    Presences(Lookups lookups, Repeats repeats) {
        this.lookups = lookups;
        this.repeats = repeats;
    }

    CompletableFuture<FindPresenceResponse> find(App app, FindPresenceRequest request) {
        int users = request.getUsersCount();
        if (users < 1 || users > MAX_USERS) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "users: " + users + " (expected: 1 to " + MAX_USERS + ")");
        }
        List<UserKey> asked = request.getUsersList().stream()
                .map(user -> UserKey.of(app.getId(), user))
                .toList();
        Map<UserKey, CompletableFuture<Whereabouts>> found = LinkedHashMap.newLinkedHashMap(users);
        asked.forEach(user ->
                found.computeIfAbsent(user, one -> repeats.run("register", timeout -> lookups.find(one))));
        return CompletableFuture.allOf(found.values().toArray(CompletableFuture[]::new))
                .thenApply(all -> view(asked, found));
    }

    private static FindPresenceResponse view(List<UserKey> asked, Map<UserKey, CompletableFuture<Whereabouts>> found) {
        FindPresenceResponse.Builder view = FindPresenceResponse.newBuilder();
        asked.forEach(user ->
                view.addUsers(view(user, Objects.requireNonNull(found.get(user)).join())));
        return view.build();
    }

    private static UserPresence view(UserKey user, Whereabouts where) {
        return UserPresence.newBuilder()
                .setUser(user.user().value())
                .setPresence(UserView.presence(where))
                .addAllDevices(where.getSessionsList().stream()
                        .map(Session::getDevice)
                        .distinct()
                        .toList())
                .build();
    }
}
