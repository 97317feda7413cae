package io.hawser.center.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** The JSON side, over real HTTP. */
public final class Api {
    private static final ObjectMapper JSON = new ObjectMapper();

    public final String url;
    public final String key;
    private final HttpClient http;

    public Api(String url, String key) {
        this(
                url,
                key,
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
    }

    private Api(String url, String key, HttpClient http) {
        this.url = url;
        this.key = key;
        this.http = http;
    }

    /** The same, for the holder of another key. */
    public Api with(String otherKey) {
        return new Api(url, otherKey, http);
    }

    /** An answer, with its body where that is JSON. */
    public record Answer(HttpResponse<String> http) {
        public int status() {
            return http.statusCode();
        }

        public JsonNode json() {
            try {
                return JSON.readTree(http.body());
            } catch (IOException e) {
                throw new AssertionError("not JSON: " + http.body(), e);
            }
        }

        public String code() {
            return json().path("code").asText();
        }

        public String detail() {
            return json().path("detail").asText();
        }

        public String header(String name) {
            return http.headers().firstValue(name).orElse("");
        }
    }

    public Answer post(String path, String json) {
        return send(request(path).header("content-type", "application/json").POST(BodyPublishers.ofString(json)));
    }

    public Answer put(String path, String json) {
        return send(request(path).header("content-type", "application/json").PUT(BodyPublishers.ofString(json)));
    }

    public Answer get(String path) {
        return send(request(path).GET());
    }

    public Answer send(String json) {
        return post("/v1/apps/demo/messages:send", json);
    }

    public Answer call(String method, String path, BodyPublisher body, String... headers) {
        HttpRequest.Builder request = request(path).method(method, body);
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    public HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path));
        return key.isEmpty() ? request : request.header("authorization", "Bearer " + key);
    }

    public Answer send(HttpRequest.Builder request) {
        try {
            return new Answer(http.send(request.build(), BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new AssertionError("no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
