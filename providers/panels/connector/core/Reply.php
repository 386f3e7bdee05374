<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/** Makes the letter that goes back. It holds the nonce of the letter it answers, so that it cannot answer another one. */
final class Reply
{
    /**
     * @param array<string,mixed> $body
     * @param string|null $authKey null as long as the sender is not known: such a reply is a hint that proves nothing
     */
    public static function text(
        bool $ok,
        array $body,
        string $nonce,
        #[\SensitiveParameter]
        ?string $authKey
    ): string {
        $json = Json::text($body);
        $lines = ['keyturn-reply-1', $nonce, $ok ? 'ok' : 'refused', hash('sha256', $json)];
        return Base64Url::encode(Json::text([
            'v' => 1,
            'nonce' => $nonce,
            'ok' => $ok,
            'body' => $json,
            'signature' => $authKey === null ? null : hash_hmac('sha256', implode("\n", $lines), $authKey),
        ]));
    }
}
