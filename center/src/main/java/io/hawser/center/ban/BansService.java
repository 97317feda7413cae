package io.hawser.center.ban;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.stub.StreamObserver;
import io.hawser.api.v1.Ban;
import io.hawser.api.v1.BansGrpc;
import io.hawser.api.v1.CreateBanRequest;
import io.hawser.api.v1.CreateClusterBanRequest;
import io.hawser.api.v1.DeleteBanRequest;
import io.hawser.api.v1.DeleteClusterBanRequest;
import io.hawser.api.v1.ListBansRequest;
import io.hawser.api.v1.ListBansResponse;
import io.hawser.api.v1.ListClusterBansRequest;
import io.hawser.center.access.Access;
import io.hawser.center.access.Role;
import io.hawser.center.access.Scope;
import io.hawser.center.http.Calls;
import io.hawser.center.operation.Managing;
import io.hawser.center.operation.Managing.Deed;
import io.hawser.rpc.id.AppId;

/** The calls about bans: who may, and what is asked. */
public final class BansService extends BansGrpc.BansImplBase {
    /** Whose ban is of all apps. */
    private static final String ALL_APPS = "";

    private final Access access;
    private final Managing managing;
    private final BanBook book;

    public BansService(Access access, Managing managing, BanBook book) {
        this.access = access;
        this.managing = managing;
        this.book = book;
    }

    @Override
    public void createBan(CreateBanRequest request, StreamObserver<Ban> caller) {
        ServiceRequestContext context = ServiceRequestContext.current();
        Calls.answer(caller, () -> {
            Deed deed = ofApp(request.getApp(), "CreateBan", "");
            return managing.attempt(context, deed, by -> book.put(by, deed, Wish.of(request)));
        });
    }

    @Override
    public void listBans(ListBansRequest request, StreamObserver<ListBansResponse> caller) {
        ServiceRequestContext context = ServiceRequestContext.current();
        Calls.answer(
                caller,
                () -> book.list(
                        access.app(context, request.getApp(), Scope.READ_BANS).getId(),
                        request.getPageSize(),
                        request.getPageToken()));
    }

    @Override
    public void deleteBan(DeleteBanRequest request, StreamObserver<Ban> caller) {
        ServiceRequestContext context = ServiceRequestContext.current();
        Calls.answer(caller, () -> {
            Deed deed = ofApp(request.getApp(), "DeleteBan", "/" + Long.toUnsignedString(request.getId()));
            return managing.attempt(context, deed, by -> book.delete(by, deed, request.getId()));
        });
    }

    @Override
    public void createClusterBan(CreateClusterBanRequest request, StreamObserver<Ban> caller) {
        Deed deed = ofCluster("CreateClusterBan", "");
        ServiceRequestContext context = ServiceRequestContext.current();
        Calls.answer(caller, () -> managing.attempt(context, deed, by -> book.put(by, deed, Wish.of(request))));
    }

    @Override
    public void listClusterBans(ListClusterBansRequest request, StreamObserver<ListBansResponse> caller) {
        ServiceRequestContext context = ServiceRequestContext.current();
        Calls.answer(caller, () -> {
            var _ = access.authority(context, Role.VIEWER);
            return book.list(ALL_APPS, request.getPageSize(), request.getPageToken());
        });
    }

    @Override
    public void deleteClusterBan(DeleteClusterBanRequest request, StreamObserver<Ban> caller) {
        Deed deed = ofCluster("DeleteClusterBan", "/" + Long.toUnsignedString(request.getId()));
        ServiceRequestContext context = ServiceRequestContext.current();
        Calls.answer(caller, () -> managing.attempt(context, deed, by -> book.delete(by, deed, request.getId())));
    }

    private static Deed ofApp(String app, String name, String one) {
        return new Deed(new AppId(app).value(), Scope.WRITE_BANS, Role.OPERATOR, name, "apps/" + app + "/bans" + one);
    }

    private static Deed ofCluster(String name, String one) {
        return new Deed(ALL_APPS, Scope.WRITE_BANS, Role.OPERATOR, name, "bans" + one);
    }
}
