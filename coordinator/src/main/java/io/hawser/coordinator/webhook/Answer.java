package io.hawser.coordinator.webhook;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.ResponseHeaders;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * What a back end answered.
 *
 * @param status of HTTP
 * @param retryAfter the header; empty: none
 * @param body null: longer than is read
 */
record Answer(int status, String retryAfter, @Nullable ByteString body) {
    /** Reads one up to a bound; beyond it no more is read, and the body is nothing. */
    static final class Reader implements Subscriber<HttpObject> {
        private final int maxBytes;
        private final CompletableFuture<Answer> answer = new CompletableFuture<>();
        private final ByteString.Output bytes = ByteString.newOutput();
        private int status;
        private String retryAfter = "";
        private @Nullable Subscription subscription;

        Reader(int maxBytes) {
            this.maxBytes = maxBytes;
        }

        CompletableFuture<Answer> answer() {
            return answer;
        }

        @Override
        public void onSubscribe(Subscription given) {
            subscription = given;
            given.request(1);
        }

        @Override
        public void onNext(HttpObject part) {
            switch (part) {
                case ResponseHeaders headers -> read(headers);
                case HttpData data -> read(data);
                default -> {} // Trailers.
            }
            Subscription present = subscription;
            if (present != null && !answer.isDone()) {
                present.request(1);
            }
        }

        @Override
        public void onError(Throwable failure) {
            answer.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            answer.complete(new Answer(status, retryAfter, bytes.toByteString()));
        }

        /** The last ones: 1xx may come before. */
        private void read(ResponseHeaders headers) {
            status = headers.status().code();
            retryAfter = headers.get(HttpHeaderNames.RETRY_AFTER, "");
        }

        private void read(HttpData data) {
            if (data.length() > maxBytes - bytes.size()) {
                answer.complete(new Answer(status, retryAfter, null));
                Subscription present = subscription;
                if (present != null) {
                    present.cancel();
                }
            } else {
                bytes.write(data.array(), 0, data.length());
            }
        }
    }
}
