package io.hawser.bench.link;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.hawser.rpc.link.LinkLoops;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.SaverGrpc;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * The called side, a process of its own: {@code peers} times a link server and two plain gRPC servers, one for unary
 * calls and one for the pool, so that their connections can be counted apart. All answer the same method at once. It
 * prints the ports of each kind on a line, and ends with its standard input.
 */
final class EchoServer {
    private EchoServer() {}

    public static void main(String[] args) throws IOException {
        int peers = Integer.parseInt(args[0]);
        List<LinkServer> links = new ArrayList<>();
        List<Server> unary = new ArrayList<>();
        List<Server> pooled = new ArrayList<>();
        try (LinkLoops loops = LinkLoops.start("echo", 1);
                NettyLoop loop = new NettyLoop("unary")) {
            for (int i = 0; i < peers; i++) {
                links.add(link(loops));
                unary.add(unary(loop));
                pooled.add(unary(loop));
            }
            System.out.println(ports(links.stream().map(LinkServer::port).toList()));
            System.out.println(ports(unary.stream().map(Server::getPort).toList()));
            System.out.println(ports(pooled.stream().map(Server::getPort).toList()));
            awaitEndOfInput();
            links.forEach(LinkServer::close);
            unary.forEach(Server::shutdownNow);
            pooled.forEach(Server::shutdownNow);
        }
    }

    private static void awaitEndOfInput() throws IOException {
        System.in.transferTo(OutputStream.nullOutputStream());
    }

    private static LinkServer link(LinkLoops loops) {
        return LinkServer.builder(LinkServerSettings.defaults(), new SimpleMeterRegistry())
                .on(loops)
                .handle(
                        SaverGrpc.getAppendMethod(),
                        (request, caller) -> CompletableFuture.completedFuture(answer(request)))
                .start("127.0.0.1", 0);
    }

    private static Server unary(NettyLoop loop) throws IOException {
        return loop.serveOn(NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0)))
                .directExecutor()
                .addService(new SaverGrpc.SaverImplBase() {
                    @Override
                    public void append(AppendRequest request, StreamObserver<AppendReply> replies) {
                        replies.onNext(answer(request));
                        replies.onCompleted();
                    }
                })
                .build()
                .start();
    }

    private static AppendReply answer(AppendRequest request) {
        return AppendReply.newBuilder().setSeq(request.getExpiresMs()).build();
    }

    private static String ports(List<Integer> ports) {
        return ports.stream().map(String::valueOf).collect(Collectors.joining(" "));
    }
}
