<?php

/** The remote API: one form-encoded POST for each action. */

declare(strict_types=1);

namespace Keyturn\Host\Whmcs;

require_once dirname(__DIR__) . '/init.php';

/**
 * A custom action is a file in includes/api that sets $apiresults.
 *
 * @return array<string, mixed>
 */
function runCustom(string $file): array
{
    $apiresults = ['result' => 'error', 'message' => 'An unknown error occurred'];
    require $file;
    return $apiresults;
}

/**
 * @param array<mixed> $fields
 * @return array{int, array<string, mixed>}
 */
function answer(array $fields): array
{
    $action = strtolower(is_string($fields['action'] ?? null) ? $fields['action'] : '');
    $refusal = ApiGate::refusal($fields, $_SERVER['REMOTE_ADDR'], $action);
    if ($refusal !== null) {
        return [403, Actions::error($refusal)];
    }
    $custom = __DIR__ . "/api/$action.php";
    if (!Actions::knows($action) && preg_match('/^\w+$/', $action) === 1 && is_file($custom)) {
        return [200, runCustom($custom)];
    }
    return [200, Actions::run($action, $fields)];
}

[$status, $body] = answer($_POST);
Logs::api((string) ($_POST['action'] ?? ''), $_POST, $body, $status);
http_response_code($status);
header('Content-Type: application/json');
echo json_encode($body);
