<?php

declare(strict_types=1);

/** The API of WISECP 3.1.7 to 4: POST /api/<Group>/<Action> with an Apikey header. */
final class Api
{
    public static function answer(string $group, string $action): void
    {
        $body = (string) file_get_contents('php://input');
        $answer = self::run($group, $action, (array) json_decode($body, true));
        header('Content-Type: application/json; charset=utf-8');
        echo $text = json_encode($answer);
        ApiKeys::record("$group/$action", $body, $text);
    }

    private static function run(string $group, string $action, array $params): array
    {
        $key = ApiKeys::find($_SERVER['HTTP_APIKEY'] ?? '');
        if ($key === null) {
            return self::error('The API key is invalid.');
        }
        if (!ApiKeys::isListed($key, $_SERVER['REMOTE_ADDR'])) {
            return self::error('The IP address ' . $_SERVER['REMOTE_ADDR'] . ' has no access.');
        }
        if (!in_array("$group/$action", $key['scopes'], true)) {
            return self::error('You do not have permission to run this.');
        }
        if (!ApiKeys::spend($key)) {
            http_response_code(429);
            header('Retry-After: ' . (60 - time() % 60));
            return self::error('Slow down.');
        }
        $isKnown = in_array($action, Config::get('api-actions')[$group] ?? [], true);
        return $isKnown && method_exists($group, $action) ? (new $group())->$action($params) : self::error('Action not found.');
    }

    private static function error(string $message): array
    {
        return ['status' => 'error', 'message' => $message];
    }
}
