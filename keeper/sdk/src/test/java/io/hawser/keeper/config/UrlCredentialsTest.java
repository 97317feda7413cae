package io.hawser.keeper.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UrlCredentialsTest {
    /** As a service has it that forgot to refuse. */
    record Careless(String text, URI uri) {}

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://:hunter2@127.0.0.1:1",
                "redis://hunter2@127.0.0.1",
                "rediss://app:hunter2@redis:6379/0",
                "redis://:wQ/hunter2+/@redis:6379",
                "redis-sentinel://one,:hunter2@two#main",
                "redis-socket://hunter2@/run/redis",
                "jdbc:mysql://root:hunter2@mysql/hawser",
                "jdbc:mysql://mysql/hawser?user=hawser&password=hunter2",
                "jdbc:mysql://mysql/hawser?PASSWORD=hunter2&user=hawser",
                "jdbc:mysql://mysql/hawser?password1=hunter2",
                "jdbc:mysql://(host=mysql,user=hawser,password=hunter2)/hawser"
            })
    void anAddressWithAPasswordIsRefusedAndNeitherRepeatedNorShown(String url) {
        assertThatThrownBy(() -> UrlCredentials.refuse("uri", url, "store"))
                .hasMessageStartingWith("uri: has a ")
                .hasMessageContaining("store.password")
                .hasMessageNotContaining("hunter2");
        Careless careless = new Careless(url, URI.create("other:" + url.length()));
        assertThat(EffectiveConfig.show(careless).toString()).contains("****").doesNotContain("hunter2");
        assertThat(EffectiveConfig.lines(careless)).contains("****").doesNotContain("hunter2");
    }

    @Test
    void aPasswordInAUriIsMaskedToo() {
        Careless careless = new Careless("", URI.create("redis://:hunter2@127.0.0.1:1/0"));
        assertThat(EffectiveConfig.lines(careless)).contains("uri: redis://****@127.0.0.1:1/0");
    }

    @Test
    void aKeyStoresPasswordHasNoOtherPlaceAndIsMasked() {
        String url = "jdbc:mysql://mysql/hawser?trustCertificateKeyStorePassword=hunter2&sslMode=VERIFY_CA";
        assertThatCode(() -> UrlCredentials.refuse("jdbcUrl", url, "mysql")).doesNotThrowAnyException();
        assertThat(UrlCredentials.mask(url))
                .isEqualTo("jdbc:mysql://mysql/hawser?trustCertificateKeyStorePassword=****&sslMode=VERIFY_CA");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://127.0.0.1:6379",
                "redis-sentinel://one,two:26379/0?timeout=2s#main",
                "redis-socket:///run/redis",
                "jdbc:mysql://127.0.0.1:3306/hawser?user=hawser&sslMode=DISABLED",
                "jdbc:mysql://one:3306,two:3306/hawser?passwordCharacterEncoding=UTF-8",
                "zone east"
            })
    void allElseStaysAsItIs(String text) {
        assertThatCode(() -> UrlCredentials.refuse("uri", text, "store")).doesNotThrowAnyException();
        assertThat(UrlCredentials.mask(text)).isEqualTo(text);
    }
}
