package io.hawser.center.user;

import io.hawser.api.v1.ListOnlineUsersRequest;
import io.hawser.api.v1.ListOnlineUsersResponse;
import io.hawser.api.v1.OnlineUser;
import io.hawser.center.link.Repeats;
import io.hawser.center.operation.Page;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.online.OnlineParts;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.ListOnlineReply;
import io.hawser.rpc.v1.ListOnlineRequest;
import io.hawser.rpc.v1.RegisterGrpc;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * Names the users of an app who are connected, page by page, slot after slot. All registers are asked at once for what they
 * own from where the page begins, and it goes on as far as all of them looked; a slot that none of them owns for the
 * moment ends it.
 */
final class OnlineUsers {
    /** A page that is not full by then is given as it is: of a small app on a large cluster there is far to look. */
    private static final Duration LOOK_AT_MOST = Duration.ofSeconds(1);

    private final LinkClient registers;
    private final Repeats repeats;

    OnlineUsers(LinkClient registers, Repeats repeats) {
        this.registers = registers;
        this.repeats = repeats;
    }

    CompletableFuture<ListOnlineUsersResponse> list(App app, ListOnlineUsersRequest request) {
        OnlinePosition from = OnlinePosition.of(app.getId(), request.getPageToken());
        Walk walk = new Walk(app.getId(), Page.size(request.getPageSize()), from);
        walk.goOn();
        return walk.page;
    }

    private final class Walk {
        private final String app;
        private final int size;
        private final ListOnlineUsersResponse.Builder found = ListOnlineUsersResponse.newBuilder();
        private final TreeSet<String> unknownRooms = new TreeSet<>();
        private final long untilNanos = System.nanoTime() + LOOK_AT_MOST.toNanos();
        private OnlinePosition at;
        final CompletableFuture<ListOnlineUsersResponse> page = new CompletableFuture<>();

        Walk(String app, int size, OnlinePosition from) {
            this.app = app;
            this.size = size;
            this.at = from;
        }

        void goOn() {
            ListOnlineRequest request = ListOnlineRequest.newBuilder()
                    .setApp(app)
                    .setFromSlot(at.slot())
                    .setAfterUser(at.user())
                    .setMaxUsers(size - found.getUsersCount())
                    .build();
            var _ = repeats.run("register", timeout -> ask(request, timeout)).whenComplete((reply, failure) -> {
                if (failure != null) {
                    page.completeExceptionally(failure);
                } else {
                    take(reply, request.getMaxUsers());
                }
            });
        }

        private void take(ListOnlineReply reply, int asked) {
            reply.getUsersList()
                    .forEach(user -> found.addUsers(
                            OnlineUser.newBuilder().setUser(user.getUser()).addAllDevices(user.getDevicesList())));
            unknownRooms.addAll(reply.getUnknownRoomsList());
            at = reply.getUsersCount() == asked
                    ? OnlinePosition.after(reply.getUsersList().getLast())
                    : new OnlinePosition(reply.getToSlot(), "");
            if (found.getUsersCount() == size || at.isEnd() || System.nanoTime() - untilNanos > 0) {
                page.complete(found.addAllUnknownRooms(unknownRooms)
                        .setNextPageToken(at.isEnd() ? "" : at.token(app))
                        .build());
            } else {
                goOn();
            }
        }
    }

    private CompletableFuture<ListOnlineReply> ask(ListOnlineRequest request, Duration timeout) {
        List<CompletableFuture<ListOnlineReply>> asked = registers.membership().view().peers().stream()
                .map(register -> ask(register, request, timeout))
                .toList();
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .thenApply(_ -> upToTheFirstWithoutOwner(
                        request,
                        OnlineParts.merge(
                                asked.stream().map(CompletableFuture::resultNow).toList(), request.getMaxUsers())));
    }

    private CompletableFuture<ListOnlineReply> ask(Peer register, ListOnlineRequest request, Duration timeout) {
        return registers.call(
                Route.peer(register.name()), RegisterGrpc.getListOnlineMethod(), request, request.getApp(), timeout);
    }

    /** @throws HawserException NOT_OWNER where that is the first of all */
    private static ListOnlineReply upToTheFirstWithoutOwner(ListOnlineRequest request, ListOnlineReply merged) {
        BitSet owned = OnlineParts.slots(merged.getOwnedSlots());
        int end = owned.nextClearBit(request.getFromSlot());
        if (end == request.getFromSlot()) {
            throw HawserException.refusal(
                    ErrorCode.NOT_OWNER, "slot: " + end + " has no owner for the moment (expected: a register)");
        }
        if (end >= Math.min(merged.getToSlot(), Slot.COUNT)) {
            return merged;
        }
        return merged.toBuilder()
                .clearUsers()
                .addAllUsers(merged.getUsersList().stream()
                        .filter(user -> user.getSlot() < end)
                        .toList())
                .setToSlot(end)
                .build();
    }
}
