<?php

declare(strict_types=1);

namespace WISECP\Api\Core;

final class Response
{
    private $status;
    private $payload;

    public function __construct(int $status = 200, array $payload = [])
    {
        $this->status = $status;
        $this->payload = $payload;
    }

    public static function success($data = null, int $status = 200): self
    {
        return new self($status, ['data' => $data]);
    }

    public static function error(string $code, string $message, int $status = 400): self
    {
        return new self($status, ['error' => ['code' => $code, 'message' => $message]]);
    }

    /** From the older generation's status, message, data. */
    public static function fromLegacy(array $answer): self
    {
        return ($answer['status'] ?? '') === 'successful'
            ? self::success($answer['data'] ?? null)
            : self::error('bad_request', (string) ($answer['message'] ?? ''));
    }

    public function send(): string
    {
        http_response_code($this->status);
        header('Content-Type: application/json; charset=utf-8');
        echo $text = json_encode($this->payload);
        return $text;
    }
}
