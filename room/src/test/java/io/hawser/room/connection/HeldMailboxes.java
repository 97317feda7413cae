package io.hawser.room.connection;

import io.hawser.rpc.v1.AcknowledgeReply;
import io.hawser.rpc.v1.AcknowledgeRequest;
import io.hawser.rpc.v1.CountFruitlessReply;
import io.hawser.rpc.v1.CountFruitlessRequest;
import io.hawser.rpc.v1.ForgetMailboxReply;
import io.hawser.rpc.v1.ForgetMailboxRequest;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.LoadRequest;
import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.rpc.v1.OpenMailboxRequest;
import io.hawser.rpc.v1.ReleaseMailboxReply;
import io.hawser.rpc.v1.ReleaseMailboxRequest;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Mailboxes that answer when the test says so. */
final class HeldMailboxes implements Mailboxes {
    record Held<Q, R>(Q request, CompletableFuture<R> answer) {
        void fail() {
            fail(ErrorCode.UNAVAILABLE);
        }

        void fail(ErrorCode code) {
            answer.completeExceptionally(HawserException.refusal(code, "saver: out"));
        }
    }

    final List<Held<OpenMailboxRequest, OpenMailboxReply>> opens = new ArrayList<>();
    final List<Held<LoadRequest, LoadReply>> loads = new ArrayList<>();
    final List<Held<AcknowledgeRequest, AcknowledgeReply>> acknowledgements = new ArrayList<>();
    final List<Held<ForgetMailboxRequest, ForgetMailboxReply>> forgets = new ArrayList<>();

    final List<Held<CountFruitlessRequest, CountFruitlessReply>> fruitless = new ArrayList<>();
    final List<Held<ReleaseMailboxRequest, ReleaseMailboxReply>> releases = new ArrayList<>();

    @Override
    public CompletableFuture<OpenMailboxReply> open(OpenMailboxRequest request) {
        return hold(opens, request);
    }

    @Override
    public CompletableFuture<LoadReply> load(LoadRequest request) {
        return hold(loads, request);
    }

    @Override
    public CompletableFuture<AcknowledgeReply> acknowledge(AcknowledgeRequest request) {
        return hold(acknowledgements, request);
    }

    @Override
    public CompletableFuture<ForgetMailboxReply> forget(ForgetMailboxRequest request) {
        return hold(forgets, request);
    }

    @Override
    public CompletableFuture<CountFruitlessReply> countFruitless(CountFruitlessRequest request) {
        return hold(fruitless, request);
    }

    @Override
    public CompletableFuture<ReleaseMailboxReply> release(ReleaseMailboxRequest request) {
        return hold(releases, request);
    }

    private static <Q, R> CompletableFuture<R> hold(List<Held<Q, R>> held, Q request) {
        CompletableFuture<R> answer = new CompletableFuture<>();
        held.add(new Held<>(request, answer));
        return answer;
    }
}
