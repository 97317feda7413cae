package io.hawser.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class AdminPagesTest extends EchoOnZooKeeper {
    @Test
    void theAdminPagesTellWhatItIsAndHowItIs() throws Exception {
        Started started = start(settings().withName("one").with("password", "hunter2"));

        assertThat(json(started, "/livez").path("live").asBoolean()).isTrue();
        JsonNode info = json(started, "/info");
        assertThat(info.path("service").asText()).isEqualTo(service);
        assertThat(info.path("name").asText()).isEqualTo("one");
        assertThat(info.path("incarnation").asLong()).isEqualTo(started.host().incarnation());
        assertThat(info.path("state").asText()).isEqualTo("ready");
        assertThat(json(started, "/readyz").path("checks").findValuesAsText("name"))
                .containsExactly("configuration", "identity", "listening", "zookeeper");
        assertThat(get(started, "/metrics").body())
                .contains("jvm_memory_used_bytes")
                .contains("hawser_zookeeper_connected{service=\"" + service + "\"} 1");
        assertThat(json(started, "/config").path("effective").path("password").asText())
                .isEqualTo("****");
        assertThat(get(started, "/config").body()).doesNotContain("hunter2");
    }

    @Test
    void anAdminRequestForSomethingElseIsRefused() throws Exception {
        Started started = start(settings());

        assertThat(get(started, "/etc/passwd").statusCode()).isEqualTo(404);
        assertThat(get(started, "/etc/passwd").body()).contains("expected: /config, /info, /livez, /metrics, /readyz");
        HttpRequest post = HttpRequest.newBuilder(uri(started, "/livez"))
                .POST(HttpRequest.BodyPublishers.ofString("x"))
                .build();
        assertThat(http.send(post, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(405);
    }

    @Test
    void aCheckThatFailsMakesItUnready() throws Exception {
        Started started = start(settings());
        started.echo().close();
        assertThat(get(started, "/readyz").statusCode()).isEqualTo(503);
        assertThat(get(started, "/livez").statusCode()).isEqualTo(200);
    }
}
