<?php

/** The API: `<model>/<method>.<format>`, arguments by name from the place that fits the verb. */

declare(strict_types=1);

use function Keyturn\Host\config;
use function Keyturn\Host\database;

const BLESTA_FAILURES = [
    401 => 'The authorization details given appear to be invalid.',
    403 => 'The requested resource is not accessible.',
    404 => 'The requested resource does not exist.',
    415 => 'The format requested is not supported by the server.',
    500 => 'An unexpected error occured.',
    503 => 'The requested resource is currently unavailable due to maintenance.',
];

function blestaApi(string $path): void
{
    $status = config('maintenance') === true ? 503 : null;
    if ($status === null) {
        $company = blestaApiCompany();
        Configure::set('Blesta.company_id', $company);
        $status = $company === null ? 401 : null;
    }
    $known = preg_match('~^(?:([\w]+)\.)?([\w]+)/(\w+?)(?:\.(\w+))?$~', $path, $found) === 1;
    if ($status === null && !$known) {
        $status = 404;
    }
    if ($status === null && ($found[4] ?? 'json') !== 'json') {
        $status = 415;
    }
    if ($status !== null) {
        blestaReply($status, ['message' => BLESTA_FAILURES[$status]]);
        return;
    }
    blestaCall($found[1] === '' ? null : $found[1], $found[2], $found[3]);
}

/** The company of the key, from Blesta's own headers or from HTTP Basic. */
function blestaApiCompany(): ?int
{
    $user = (string) ($_SERVER['HTTP_BLESTA_API_USER'] ?? $_SERVER['PHP_AUTH_USER'] ?? '');
    $key = (string) ($_SERVER['HTTP_BLESTA_API_KEY'] ?? $_SERVER['PHP_AUTH_PW'] ?? '');
    $find = database()->prepare('SELECT company_id, `key` FROM api_keys WHERE user = ?');
    $find->execute([$user]);
    $row = $find->fetch();
    return $row !== false && hash_equals((string) $row['key'], $key) ? (int) $row['company_id'] : null;
}

function blestaCall(?string $plugin, string $name, string $method): void
{
    // Plugin models must be named in CamelCase since version 4; core models may be written either way.
    $exact = $plugin === null ? Loader::camel($name) : $name;
    $found = $plugin === null || blestaHasPlugin(Loader::snake($plugin)) ? Loader::model($plugin, $exact) : null;
    if ($found === null || !method_exists($found, $method)) {
        blestaReply(404, ['message' => BLESTA_FAILURES[404]]);
        return;
    }
    $call = new ReflectionMethod($found, $method);
    if (!$call->isPublic() || $call->isConstructor()) {
        blestaReply(403, ['message' => BLESTA_FAILURES[403]]);
        return;
    }
    try {
        blestaRun($found, $call);
    } catch (Throwable $error) {
        error_log((string) $error);
        blestaReply(500, ['message' => BLESTA_FAILURES[500]]);
    }
}

function blestaRun(object $model, ReflectionMethod $call): void
{
    $given = blestaArguments();
    $values = [];
    foreach ($call->getParameters() as $at => $parameter) {
        $name = $parameter->getName();
        if (!array_key_exists($name, $given) && !$parameter->isOptional()) {
            throw new RuntimeException('a required argument is missing');
        }
        if (!array_key_exists($name, $given) && config('strictDefaults') === true) {
            blestaReply(500, ['message' => 'Failed to retrieve the default value']);
            return;
        }
        $values[$at] = $given[$name] ?? $parameter->getDefaultValue();
    }
    $result = $model->{$call->getName()}(...$values);
    $errors = $model->errors();
    if ($errors === false) {
        blestaReply(200, ['response' => $result]);
        return;
    }
    $message = 'The request cannot be fulfilled due to bad syntax.';
    blestaReply(config('errorsAs200') === true ? 200 : 400, ['message' => $message, 'errors' => $errors]);
}

/** @return array<string, mixed> */
function blestaArguments(): array
{
    if ($_SERVER['REQUEST_METHOD'] === 'GET') {
        return $_GET;
    }
    if ($_SERVER['REQUEST_METHOD'] === 'POST') {
        return $_POST;
    }
    parse_str((string) file_get_contents('php://input'), $fields);
    return $fields;
}

/** @param array<string, mixed> $body */
function blestaReply(int $status, array $body): void
{
    http_response_code($status);
    header('Content-Type: application/json');
    echo json_encode($body, JSON_THROW_ON_ERROR);
}
