package io.hawser.coordinator.webhook;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one attempt: a signed POST, whose answer is read up to a bound. Blocks; made for virtual threads.
 *
 * <p>Names are resolved and checked against the denied networks before each attempt; the client then connects to what the
 * JVM's own cache of names says, which is what was checked. Redirects are not followed, and no proxy is asked.
 */
public final class WebhookClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookClient.class);

    private final Supplier<WebhookSettings> settings;
    private final Clock clock;
    private final Counter repliesIgnored;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http;

    public WebhookClient(Supplier<WebhookSettings> settings, Clock clock, MeterRegistry meters) {
        this.settings = settings;
        this.clock = clock;
        this.repliesIgnored = Counter.builder("hawser.coordinator.replies.ignored")
                .description("Answers of back ends that mean to hold a reply and do not")
                .register(meters);
        this.http = HttpClient.newBuilder()
                .connectTimeout(settings.get().connectTimeout())
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .executor(threads)
                .build();
    }

    /** Tries once, over a second connection where the first was found to be broken; never throws for the back end's sake. */
    public Outcome post(String address, Webhook webhook) throws InterruptedException {
        URI url;
        try {
            url = URI.create(address);
        } catch (IllegalArgumentException e) {
            return new Outcome.Unreachable("url: " + e.getMessage());
        }
        String denied = denied(url);
        if (denied != null) {
            return new Outcome.Unreachable(denied);
        }
        long deadlineNanos =
                System.nanoTime() + settings.get().timeout(webhook.timeoutMs()).toNanos();
        Attempt first = send(url, webhook, deadlineNanos);
        // A connection that was kept and that the other side has closed meanwhile says nothing of the back end.
        return first.connectionLost ? send(url, webhook, deadlineNanos).outcome : first.outcome;
    }

    @Override
    public void close() {
        http.shutdownNow();
        threads.shutdownNow();
    }

    private @Nullable String denied(URI url) {
        try {
            DeniedNetworks networks = new DeniedNetworks(settings.get().deniedNetworks());
            for (InetAddress address : InetAddress.getAllByName(host(url))) {
                if (networks.contain(address)) {
                    return url.getHost() + ": " + address.getHostAddress()
                            + " is in a network that callbacks may not go to";
                }
            }
            return null;
        } catch (UnknownHostException e) {
            return url.getHost() + ": unknown host";
        }
    }

    private static String host(URI url) throws UnknownHostException {
        if (url.getHost() == null) {
            throw new UnknownHostException("no host");
        }
        return url.getHost();
    }

    private Attempt send(URI url, Webhook webhook, long deadlineNanos) throws InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> exchange = null;
        try {
            exchange = http.sendAsync(
                    request(url, webhook),
                    info -> new BoundedBody(settings.get().maxAnswer().toInt()));
            return Attempt.with(outcome(exchange.get(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)));
        } catch (TimeoutException e) {
            long waitedMs = settings.get().timeout(webhook.timeoutMs()).toMillis();
            return Attempt.with(new Outcome.Failed("no answer within " + waitedMs + " ms"));
        } catch (ExecutionException e) {
            return failed(e.getCause());
        } catch (IllegalArgumentException e) {
            return Attempt.with(new Outcome.Unreachable("url: " + e.getMessage()));
        } finally {
            if (exchange != null) {
                exchange.cancel(true);
            }
        }
    }

    private HttpRequest request(URI url, Webhook webhook) {
        long seconds = clock.instant().getEpochSecond();
        // HTTP/2 where TLS agrees on it. In the clear it would take an upgrade, which some servers take for an attack.
        boolean tls = "https".equalsIgnoreCase(url.getScheme());
        return HttpRequest.newBuilder(url)
                .version(tls ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
                .header("content-type", "application/json")
                .header("user-agent", "Hawser")
                .header("webhook-id", webhook.id())
                .header("webhook-timestamp", Long.toString(seconds))
                .header("webhook-signature", Signatures.of(webhook.id(), seconds, webhook.body(), webhook.secrets()))
                .POST(HttpRequest.BodyPublishers.ofByteArray(webhook.body().toByteArray()))
                .build();
    }

    private Outcome outcome(HttpResponse<byte[]> answer) {
        int status = answer.statusCode();
        String detail = "HTTP " + status;
        if (status >= 200 && status < 300) {
            return new Outcome.Delivered(reply(answer.body()));
        }
        Duration retryAfter =
                RetryAfter.of(answer.headers().firstValue("retry-after").orElse(""), clock.instant());
        if (status == 429 || (status == 503 && retryAfter.isPositive())) {
            return new Outcome.Throttled(detail, retryAfter);
        }
        if (status == 410) {
            return new Outcome.Gone(detail);
        }
        return status >= 500 ? new Outcome.Failed(detail) : new Outcome.Refused(detail);
    }

    private @Nullable Reply reply(byte[] answer) {
        try {
            return Reply.of(answer);
        } catch (IllegalArgumentException e) {
            repliesIgnored.increment();
            LOG.info("A back end's reply is ignored: {}", e.getMessage());
            return null;
        }
    }

    private static Attempt failed(@Nullable Throwable cause) {
        boolean noConnection = cause instanceof ConnectException
                || cause instanceof HttpConnectTimeoutException
                || cause instanceof SSLException
                || cause instanceof UnresolvedAddressException
                || cause instanceof UnknownHostException;
        if (noConnection) {
            return Attempt.with(new Outcome.Unreachable("no connection: " + cause));
        }
        return new Attempt(new Outcome.Failed("connection lost: " + cause), cause instanceof IOException);
    }

    /** An outcome, and whether the connection ended before there was an answer. */
    private record Attempt(Outcome outcome, boolean connectionLost) {
        static Attempt with(Outcome outcome) {
            return new Attempt(outcome, false);
        }
    }
}
