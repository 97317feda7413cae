package io.hawser.client;

import com.google.protobuf.InvalidProtocolBufferException;
import io.hawser.wire.v1.Addresses;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Asks the dispatchers over HTTP, beginning with the one that answered last. For one thread. */
final class DispatcherDirectory implements Directory {
    private static final int MAX_ANSWER_BYTES = 64 * 1024;
    private static final int MAX_FAILED_NAMED = 8;
    private static final int MAX_RETRY_AFTER_SECONDS = 3600;
    private static final int MAX_RETRY = 1000;
    private static final int MAX_LABEL_CHARS = 64;
    private static final int MILLIS_PER_SECOND = 1000;

    private final List<String> urls;
    private final String app;
    private final boolean tls;
    private final int timeoutMs;
    private int current;
    private volatile @Nullable HttpURLConnection underWay;
    private volatile boolean cancelled;

    /** @param tls whether rooms that speak TLS are wanted, and no others */
    DispatcherDirectory(List<String> urls, String app, boolean tls, int timeoutMs) {
        this.urls = urls;
        this.app = app;
        this.tls = tls;
        this.timeoutMs = timeoutMs;
    }

    @Override
    public Addresses ask(String network, Collection<String> failed, int retry) throws IOException {
        IOException why = new IOException("no dispatcher is configured");
        for (int i = 0; i < urls.size() && !cancelled; i++) {
            try {
                return askCurrent(query(network, failed, retry));
            } catch (IOException e) {
                why = e;
                current = (current + 1) % urls.size();
            }
        }
        throw why;
    }

    /** Ends a request that is under way, from another thread, and begins no other. */
    void cancel() {
        cancelled = true;
        HttpURLConnection connection = underWay;
        if (connection != null) {
            connection.disconnect();
        }
    }

    private String query(String network, Collection<String> failed, int retry) {
        StringBuilder query = new StringBuilder("/v1/addresses?app=").append(encoded(app));
        if (tls) {
            query.append("&transport=tls");
        }
        if (!network.isEmpty()) {
            query.append("&network=").append(label(network));
        }
        if (!failed.isEmpty()) {
            String named = failed.stream().limit(MAX_FAILED_NAMED).collect(Collectors.joining(","));
            query.append("&failed=").append(encoded(named));
        }
        if (retry > 0) {
            query.append("&retry=").append(Math.min(retry, MAX_RETRY));
        }
        return query.toString();
    }

    private Addresses askCurrent(String query) throws IOException {
        String base = urls.get(current);
        URL url = new URL((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + query);
        HttpURLConnection connection = (HttpURLConnection) url.openConnection();
        underWay = connection;
        try {
            if (cancelled) {
                throw new IOException("closed by the app");
            }
            connection.setConnectTimeout(timeoutMs);
            connection.setReadTimeout(timeoutMs);
            connection.setUseCaches(false);
            connection.setRequestProperty("Accept", "application/x-protobuf");
            return answer(connection, base);
        } finally {
            underWay = null;
            connection.disconnect();
        }
    }

    private static Addresses answer(HttpURLConnection connection, String base) throws IOException {
        int status = connection.getResponseCode();
        if (status != HttpURLConnection.HTTP_OK) {
            throw new NoRoom("dispatcher " + base + ": status " + status, retryAfterMs(connection));
        }
        try (InputStream in = connection.getInputStream()) {
            byte[] bytes = in.readNBytes(MAX_ANSWER_BYTES + 1);
            if (bytes.length > MAX_ANSWER_BYTES) {
                throw new IOException("dispatcher " + base + ": the answer is over " + MAX_ANSWER_BYTES + " bytes");
            }
            return Addresses.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IOException("dispatcher " + base + ": the answer is malformed", e);
        }
    }

    private static long retryAfterMs(HttpURLConnection connection) {
        int seconds = connection.getHeaderFieldInt("Retry-After", 0);
        return (long) Math.max(0, Math.min(seconds, MAX_RETRY_AFTER_SECONDS)) * MILLIS_PER_SECOND;
    }

    /** A network's name may be anything; a dispatcher takes letters, digits, '.', '_' and '-'. */
    private static String label(String name) {
        String cut = name.substring(0, Math.min(name.length(), MAX_LABEL_CHARS));
        return cut.replaceAll("[^A-Za-z0-9._-]", "-");
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
