<?php

declare(strict_types=1);

namespace WISECP\Api;

use ApiKeys;
use Hook;
use Modules;
use WISECP\Api\Core\Request;
use WISECP\Api\Core\Response;

/** The API of WISECP 5, its admin surface: key, address, scope and budget are looked at before anybody's handler runs. */
final class Kernel
{
    public static function handle(string $path): void
    {
        $request = new Request();
        $text = self::answer($path, $request)->send();
        ApiKeys::record("$request->method $path", $request->rawBody, $text);
    }

    private static function answer(string $path, Request $request): Response
    {
        $header = $_SERVER['HTTP_AUTHORIZATION'] ?? '';
        $token = stripos($header, 'Bearer ') === 0 ? substr($header, 7) : ($_SERVER['HTTP_X_API_KEY'] ?? '');
        $key = ApiKeys::find(trim($token));
        if ($key === null) {
            return Response::error('unauthorized', 'Authentication required.', 401);
        }
        if (!ApiKeys::isListed($key, $request->ip)) {
            return Response::error('ip_not_allowed', "Your address $request->ip may not use this key.", 403);
        }
        foreach (self::routes() as [$method, $pattern, $group, $action]) {
            $expression = '#^admin/' . preg_replace('/\{\w+\}/', '([^/]+)', $pattern) . '$#';
            if ($method === $request->method && preg_match($expression, $path, $match) === 1) {
                return self::guarded($key, "$group/$action", static function () use ($group, $action, $match, $request) {
                    return self::dispatch($group, $action, array_slice($match, 1), $request);
                });
            }
        }
        return Response::error('not_found', 'Resource not found.', 404);
    }

    private static function guarded(array $key, string $scope, callable $run): Response
    {
        if (!ApiKeys::mayUse($key, $scope)) {
            return Response::error('insufficient_scope', 'Insufficient scope.', 403);
        }
        if (!ApiKeys::spend($key)) {
            header('Retry-After: ' . (60 - time() % 60));
            return Response::error('rate_limited', 'Too many requests.', 429);
        }
        return $run();
    }

    private static function routes(): array
    {
        $routes = [
            ['GET', 'modules/{group}', 'Modules', 'GetModules'],
            ['GET', 'modules/{group}/{module}/config', 'Modules', 'GetModuleConfig'],
        ];
        $audience = 'admin';
        Hook::runRefs('filter:api.routes', $routes, $audience);
        return $routes;
    }

    private static function dispatch(string $group, string $action, array $params, Request $request): Response
    {
        if (preg_match('#^Module:(\w+)/(\w+)$#', $group, $match) !== 1) {
            return ModuleActions::$action(...$params);
        }
        $module = Modules::getInstance($match[1], $match[2]);
        $method = "api_$action";
        if ($module === null || !method_exists($module, $method)) {
            return Response::error('not_found', 'Resource not found.', 404);
        }
        $answer = $module->$method($request, ['params' => $params]);
        return $answer instanceof Response ? $answer : Response::fromLegacy($answer);
    }
}
