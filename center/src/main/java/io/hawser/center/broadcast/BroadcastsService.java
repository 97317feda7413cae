package io.hawser.center.broadcast;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.stub.StreamObserver;
import io.hawser.api.v1.Broadcast;
import io.hawser.api.v1.BroadcastsGrpc;
import io.hawser.api.v1.CancelBroadcastRequest;
import io.hawser.api.v1.CreateBroadcastRequest;
import io.hawser.api.v1.GetBroadcastRequest;
import io.hawser.api.v1.ListBroadcastsRequest;
import io.hawser.api.v1.ListBroadcastsResponse;
import io.hawser.api.v1.PauseBroadcastRequest;
import io.hawser.api.v1.ResumeBroadcastRequest;
import io.hawser.center.access.Access;
import io.hawser.center.access.Authority;
import io.hawser.center.access.Role;
import io.hawser.center.access.Scope;
import io.hawser.center.http.Calls;
import io.hawser.center.message.Meter;
import io.hawser.center.message.Origin;
import io.hawser.center.operation.Managing;
import io.hawser.center.operation.Managing.Deed;
import io.hawser.center.operation.Page;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.ListBroadcastsReply;
import io.hawser.rpc.v1.TaskState;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;

/** The calls about broadcasts: who may, and what is asked. */
public final class BroadcastsService extends BroadcastsGrpc.BroadcastsImplBase {
    private final Access access;
    private final Managing managing;
    private final Meter meter;
    private final Launcher launcher;
    private final Tasks tasks;
    private final Waits waits;
    private final Clock clock;

    BroadcastsService(
            Access access, Managing managing, Meter meter, Launcher launcher, Tasks tasks, Waits waits, Clock clock) {
        this.access = access;
        this.managing = managing;
        this.meter = meter;
        this.launcher = launcher;
        this.tasks = tasks;
        this.waits = waits;
        this.clock = clock;
    }

    @Override
    public void createBroadcast(CreateBroadcastRequest request, StreamObserver<Broadcast> caller) {
        ServiceRequestContext context = ServiceRequestContext.current();
        Deed deed = deed(request.getApp(), Role.ADMIN, "CreateBroadcast", "");
        Calls.answer(caller, () -> managing.attempt(context, deed, by -> launch(context, request, by)));
    }

    @Override
    public void getBroadcast(GetBroadcastRequest request, StreamObserver<Broadcast> caller) {
        ServiceRequestContext context = ServiceRequestContext.current();
        Calls.answer(caller, () -> {
            String app =
                    access.app(context, request.getApp(), Scope.READ_BROADCASTS).getId();
            long waitNanos = Waits.nanos(request.getWait());
            return waits.await(
                    context, waitNanos, () -> tasks.get(app, request.getId()).thenApply(BroadcastView::of));
        });
    }

    @Override
    public void listBroadcasts(ListBroadcastsRequest request, StreamObserver<ListBroadcastsResponse> caller) {
        ServiceRequestContext context = ServiceRequestContext.current();
        Calls.answer(caller, () -> {
            String app =
                    access.app(context, request.getApp(), Scope.READ_BROADCASTS).getId();
            Page page = Page.of("broadcasts/" + app, request.getPageSize(), request.getPageToken());
            return tasks.list(app, page, request.getUnfinished()).thenApply(reply -> listed(reply, page));
        });
    }

    @Override
    public void pauseBroadcast(PauseBroadcastRequest request, StreamObserver<Broadcast> caller) {
        change(caller, "PauseBroadcast", request.getApp(), request.getId(), TaskState.TASK_PAUSED);
    }

    @Override
    public void resumeBroadcast(ResumeBroadcastRequest request, StreamObserver<Broadcast> caller) {
        change(caller, "ResumeBroadcast", request.getApp(), request.getId(), TaskState.TASK_RUNNING);
    }

    @Override
    public void cancelBroadcast(CancelBroadcastRequest request, StreamObserver<Broadcast> caller) {
        change(caller, "CancelBroadcast", request.getApp(), request.getId(), TaskState.TASK_CANCELLED);
    }

    /** By the app that sends, or by an operator who sees that it does harm. */
    private void change(StreamObserver<Broadcast> caller, String name, String app, long id, TaskState state) {
        ServiceRequestContext context = ServiceRequestContext.current();
        Deed deed = deed(app, Role.OPERATOR, name, "/" + Long.toUnsignedString(id));
        Calls.answer(
                caller,
                () -> managing.attempt(
                        context,
                        deed,
                        by -> tasks.change(by.app().getId(), id, state)
                                .thenCompose(task ->
                                        managing.done(by, deed, "").thenApply(noted -> BroadcastView.of(task)))));
    }

    private CompletableFuture<Broadcast> launch(
            ServiceRequestContext context, CreateBroadcastRequest request, Authority by) {
        App app = access.app(context, request.getApp(), Scope.SEND_BROADCASTS);
        Order order = Order.of(request, app, Origin.of(context, clock.millis()), by.actor());
        meter.take(app, 1);
        return launcher.launch(order);
    }

    private static Deed deed(String app, Role role, String name, String which) {
        return new Deed(app, Scope.SEND_BROADCASTS, role, name, "apps/" + app + "/broadcasts" + which);
    }

    private static ListBroadcastsResponse listed(ListBroadcastsReply reply, Page page) {
        ListBroadcastsResponse.Builder response = ListBroadcastsResponse.newBuilder();
        reply.getTasksList().forEach(task -> response.addBroadcasts(BroadcastView.of(task)));
        if (reply.getTasksCount() == page.size()) {
            response.setNextPageToken(page.next(reply.getTasksList().getLast().getTask()));
        }
        return response.build();
    }
}
