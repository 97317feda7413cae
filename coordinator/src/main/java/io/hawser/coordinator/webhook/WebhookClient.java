package io.hawser.coordinator.webhook;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.ClientFactoryBuilder;
import com.linecorp.armeria.client.Endpoint;
import com.linecorp.armeria.client.SessionProtocolNegotiationException;
import com.linecorp.armeria.client.UnprocessedRequestException;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.stream.ClosedStreamException;
import io.hawser.wire.HawserException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Makes one attempt: a signed POST, whose answer is read up to a bound. Blocks; made for virtual threads.
 *
 * <p>Connections go to the addresses that {@link Destinations} checked, kept ones included; Host, SNI and the check of the
 * certificate go by the name. Redirects are not followed, and no proxy is asked.
 */
public final class WebhookClient implements AutoCloseable {
    private final Supplier<WebhookSettings> settings;
    private final Destinations destinations;
    private final Clock clock;
    private final ClientFactory connections;

    public WebhookClient(Supplier<WebhookSettings> settings, Clock clock) {
        this(settings, InetAddress::getAllByName, connections(settings.get()).build(), clock);
    }

    /** Takes the connections over, and closes them in the end. */
    WebhookClient(
            Supplier<WebhookSettings> settings, Destinations.Names names, ClientFactory connections, Clock clock) {
        this.settings = settings;
        this.destinations = new Destinations(names);
        this.connections = connections;
        this.clock = clock;
    }

    static ClientFactoryBuilder connections(WebhookSettings settings) {
        return ClientFactory.builder().connectTimeout(settings.connectTimeout());
    }

    /** Tries once, over a second connection where the first was found to be broken; never throws for the back end's sake. */
    public Outcome post(String address, Webhook webhook) throws InterruptedException {
        Duration timeout = settings.get().timeout(webhook.timeoutMs());
        long deadlineNanos = System.nanoTime() + timeout.toNanos();
        try {
            URI url = URI.create(address);
            SessionProtocol protocol = protocol(url);
            List<Endpoint> endpoints = destinations.of(url, settings.get().denied());
            return post(protocol, endpoints, headers(url, webhook), webhook, deadlineNanos);
        } catch (TimeoutException e) {
            return new Outcome.Failed("no answer within " + timeout.toMillis() + " ms");
        } catch (HawserException e) {
            return new Outcome.Unreachable(e.code() + ": " + e.getMessage());
        } catch (UnknownHostException e) {
            return new Outcome.Unreachable(e.getMessage() + ": unknown host");
        } catch (IllegalArgumentException e) {
            return new Outcome.Unreachable("url: " + e.getMessage());
        } catch (IllegalStateException e) {
            if (connections.isClosing()) {
                return new Outcome.Unreachable("the coordinator is closing");
            }
            throw e;
        }
    }

    @Override
    public void close() {
        connections.close();
    }

    private Outcome post(
            SessionProtocol protocol,
            List<Endpoint> endpoints,
            RequestHeaders headers,
            Webhook webhook,
            long deadlineNanos)
            throws InterruptedException, TimeoutException {
        Outcome outcome = new Outcome.Unreachable("no address");
        for (Endpoint endpoint : endpoints) {
            outcome = post(client(protocol, endpoint), headers, webhook, deadlineNanos);
            if (!(outcome instanceof Outcome.Unreachable)) {
                return outcome;
            }
        }
        return outcome;
    }

    private Outcome post(WebClient client, RequestHeaders headers, Webhook webhook, long deadlineNanos)
            throws InterruptedException, TimeoutException {
        Attempt first = send(client, headers, webhook, deadlineNanos);
        // A connection that was kept and that the other side has closed meanwhile says nothing of the back end.
        return first.connectionLost ? send(client, headers, webhook, deadlineNanos).outcome : first.outcome;
    }

    private Attempt send(WebClient client, RequestHeaders headers, Webhook webhook, long deadlineNanos)
            throws InterruptedException, TimeoutException {
        HttpResponse response =
                client.execute(headers, HttpData.wrap(webhook.body().toByteArray()));
        Answer.Reader reader = new Answer.Reader(settings.get().maxAnswer().toInt());
        response.subscribe(reader);
        try {
            return Attempt.with(outcome(reader.answer().get(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)));
        } catch (ExecutionException e) {
            return failed(e.getCause());
        } finally {
            response.abort();
        }
    }

    /** The deadline is kept here, and the answer is bounded by its reader. */
    private WebClient client(SessionProtocol protocol, Endpoint endpoint) {
        return WebClient.builder(protocol, endpoint)
                .factory(connections)
                .responseTimeoutMillis(0)
                .writeTimeoutMillis(0)
                .maxResponseLength(0)
                .build();
    }

    /** HTTP/2 where TLS agrees on it. In the clear it would take an upgrade, which some servers take for an attack. */
    private static SessionProtocol protocol(URI url) {
        return switch (String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT)) {
            case "https" -> SessionProtocol.HTTPS;
            case "http" -> SessionProtocol.H1C;
            default -> throw new IllegalArgumentException(url + " (expected: http or https)");
        };
    }

    private RequestHeaders headers(URI url, Webhook webhook) {
        long seconds = clock.instant().getEpochSecond();
        return RequestHeaders.builder(HttpMethod.POST, path(url))
                .contentType(MediaType.JSON)
                .set(HttpHeaderNames.USER_AGENT, "Hawser")
                .set("webhook-id", webhook.id())
                .set("webhook-timestamp", Long.toString(seconds))
                .set("webhook-signature", Signatures.of(webhook.id(), seconds, webhook.body(), webhook.secrets()))
                .build();
    }

    private static String path(URI url) {
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
    }

    private Outcome outcome(Answer answer) {
        int status = answer.status();
        String detail = "HTTP " + status;
        if (status >= 200 && status < 300) {
            return delivered(answer.body());
        }
        Duration retryAfter = RetryAfter.of(answer.retryAfter(), clock.instant());
        if (status == 429 || (status == 503 && retryAfter.isPositive())) {
            return new Outcome.Throttled(detail, retryAfter);
        }
        if (status == 410) {
            return new Outcome.Gone(detail);
        }
        return status >= 500 ? new Outcome.Failed(detail) : new Outcome.Refused(detail);
    }

    private Outcome delivered(@Nullable ByteString answer) {
        if (answer == null) {
            return Outcome.Delivered.without(
                    "answer: too long (expected: at most " + settings.get().maxAnswer() + ")");
        }
        try {
            return Outcome.Delivered.with(Reply.of(answer.toByteArray()));
        } catch (IllegalArgumentException e) {
            return Outcome.Delivered.without(String.valueOf(e.getMessage()));
        }
    }

    private static Attempt failed(@Nullable Throwable failure) {
        if (failure instanceof UnprocessedRequestException unsent) {
            Throwable cause = unsent.getCause();
            boolean noConnection = cause instanceof SocketException
                    || cause instanceof SSLException
                    || cause instanceof SessionProtocolNegotiationException;
            return new Attempt(new Outcome.Unreachable("no connection: " + cause), !noConnection);
        }
        boolean lost = failure instanceof IOException || failure instanceof ClosedStreamException;
        return new Attempt(new Outcome.Failed("connection lost: " + failure), lost);
    }

    /** An outcome, and whether the connection ended before there was an answer. */
    private record Attempt(Outcome outcome, boolean connectionLost) {
        static Attempt with(Outcome outcome) {
            return new Attempt(outcome, false);
        }
    }
}
